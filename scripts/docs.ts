import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { renderPages } from './docs/pages.js'
import { openRepository, ROOT } from './docs/repository.js'

/** `npm run docs`: writes the generated pages of docs/reference. */
for (const { path, text } of renderPages(openRepository())) {
  mkdirSync(dirname(join(ROOT, path)), { recursive: true })
  writeFileSync(join(ROOT, path), text)
  console.log(path)
}
