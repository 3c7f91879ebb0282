import { placeOf } from './place.mjs'

/** Names that say what kind of thing a file is, not what it does. */
const BANNED = new Set([
  'util',
  'utils',
  'utilities',
  'helper',
  'helpers',
  'common',
  'shared',
  'misc',
  'core',
  'base',
  'manager',
  'managers',
  'service',
  'services',
  'interface',
  'interfaces',
  'types',
  'lib',
  'stuff',
])

/** Endings of the same sort: `cache-manager`, `date-utils`. */
const BANNED_ENDINGS = new Set(['util', 'utils', 'helper', 'helpers', 'manager', 'service', 'impl'])

const KEBAB = /^[a-z0-9]+(-[a-z0-9]+)*$/

/** Files and folders are named by their job, in kebab-case: `tiers/redis.ts`, not `services/cacheManager.ts`. */
export const fileName = {
  create(context) {
    return {
      Program() {
        const loc = { line: 1, column: 0 }
        const parts = placeOf(context).split('/')
        for (const [index, part] of parts.entries()) {
          const isFile = index === parts.length - 1
          const stem = isFile ? part.replace(/^\./, '').split('.')[0] : part.replace(/^\./, '')
          if (!isFile && /^(__[a-z]+__|node_modules)$/.test(stem)) continue
          const kind = isFile ? 'file' : 'folder'
          const words = stem.split('-')
          if (BANNED.has(stem) || BANNED_ENDINGS.has(words.at(-1) ?? '')) {
            context.report({ loc, message: `The ${kind} name "${part}" says its kind. Name it by its job.` })
          } else if (!KEBAB.test(stem)) {
            context.report({ loc, message: `The ${kind} name "${part}" is not kebab-case.` })
          }
        }
      },
    }
  },
}
