import { isOutside, onImport, packageOf, placeOf } from './place.mjs'

/**
 * Who may import what, only downwards: ARCHITECTURE.md "Direction". turbo.json says the same for whole packages, but
 * counts what comes through others; this table is about the import itself and may name files.
 */
export const DIRECTION = {
  contract: [],
  client: ['contract/*'],
  analytics: ['contract/*'],
  'subgraphs/chassis': ['contract/*', 'analytics/recorder/*'],
  'subgraphs/events': ['contract/*', 'chassis/*'],
  'subgraphs/experts': ['contract/*', 'chassis/*'],
  'subgraphs/policy': ['contract/*', 'chassis/*'],
  'subgraphs/validation': ['contract/*', 'chassis/*', 'policy/engine/*'],
  gateway: ['contract/*', 'analytics/recorder/*'],
  fuse: ['contract/*', 'client/*'],
  reach: ['contract/*', 'client/*'],
  loadtest: ['contract/*', 'client/*', 'analytics/judge/*', 'analytics/queries/*'],
  web: ['contract/*'],
  e2e: ['contract/*', 'client/*', 'analytics/judge/*', 'analytics/queries/*', '*/main'],
  cli: ['*'],
  scripts: ['contract/*'],
}

function allows(pattern, path) {
  const source = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.+')
  return new RegExp(`^${source}$`).test(path)
}

/** An import between packages goes only where DIRECTION points. */
export const direction = {
  create(context) {
    const place = placeOf(context)
    const from = packageOf(place)
    const allowed = DIRECTION[from] ?? []
    return onImport((source, node) => {
      if (!source.startsWith('@lighthouse/')) return
      const path = source.slice('@lighthouse/'.length)
      const own = path.split('/')[0] === from.split('/').at(-1)
      if (own && isOutside(place)) return
      if (own || !allowed.some((pattern) => allows(pattern, path))) {
        const may = allowed.length === 0 ? 'nothing' : allowed.join(', ')
        context.report({
          node,
          message: `${from || 'the root'} may not import "${source}"; it may import ${may}.`,
        })
      }
    })
  },
}
