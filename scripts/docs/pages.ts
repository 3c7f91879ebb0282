import { renderErrors } from './errors.js'
import { renderGuard } from './guard.js'
import { renderOpenapi } from './openapi.js'
import type { Page } from './page.js'
import { PROMISES, renderPromises } from './promises.js'
import type { Repository } from './repository.js'
import { renderSchema } from './schema.js'

function subgraphsOf(repository: Repository) {
  const paths = repository.files.filter((path) =>
    /^(subgraphs\/[^/]+|analytics)\/schema\.graphql$/.test(path),
  )
  return paths
    .map((path) => ({ name: path.split('/').at(-2) ?? path, path, sdl: repository.read(path) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** The generated pages as they should be. `npm run docs` writes them; check-docs compares. */
export function renderPages(repository: Repository): Page[] {
  return [
    { path: 'docs/reference/errors.md', text: renderErrors() },
    { path: 'docs/reference/guard.md', text: renderGuard(repository) },
    { path: 'docs/reference/schema.md', text: renderSchema(subgraphsOf(repository)) },
    ...renderOpenapi(repository),
    { path: PROMISES, text: renderPromises(repository) },
  ]
}
