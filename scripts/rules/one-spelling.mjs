import { isOutside, onText, placeOf } from './place.mjs'

const REDIS_PREFIX = 'lighthouse:v1'

/** Redis keys are spelled in contract/src/redis-keys.ts and nowhere else. */
export const redisKeys = {
  create(context) {
    const place = placeOf(context)
    if (place === 'contract/src/redis-keys.ts' || place.startsWith('scripts/')) return {}
    return onText((text, node) => {
      if (text.includes(REDIS_PREFIX)) {
        context.report({
          node,
          message: 'A Redis key is spelled here. Use or add one in contract/src/redis-keys.ts.',
        })
      }
    })
  },
}

const SQL =
  /\b(SELECT\s[\s\S]*\sFROM\s|INSERT\s+INTO\s|CREATE\s+(OR\s+REPLACE\s+)?(TABLE|DATABASE|VIEW|MATERIALIZED|USER|ROLE)\b|ALTER\s+TABLE\s|DELETE\s+FROM\s|DROP\s+(TABLE|DATABASE|VIEW)\b)/

/** SQL lives in analytics/src/queries and analytics/migrations; everybody else asks the graph. */
export const sqlInQueries = {
  create(context) {
    const place = placeOf(context)
    const isHome = /^analytics\/(src\/queries|migrations)\//.test(place)
    if (isHome || isOutside(place) || place.startsWith('scripts/')) return {}
    return onText((text, node) => {
      if (SQL.test(text)) {
        context.report({
          node,
          message: 'SQL belongs in analytics/src/queries/<question>.ts or a migration.',
        })
      }
    })
  },
}
