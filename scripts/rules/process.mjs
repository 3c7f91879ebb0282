import { isOutside, placeOf } from './place.mjs'

function isProcessMember(node, name) {
  if (node.object.type !== 'Identifier' || node.object.name !== 'process') return false
  return node.computed ? node.property.value === name : node.property.name === name
}

/** Only a package's config.ts reads the environment, so that docs/reference/config.md can list all of it. */
export const envInConfig = {
  create(context) {
    const place = placeOf(context)
    if (isOutside(place) || /(^|\/)config\.ts$/.test(place) || /^(scripts|policies)\//.test(place)) return {}
    return {
      MemberExpression(node) {
        if (isProcessMember(node, 'env')) {
          context.report({
            node,
            message: 'process.env is read in config.ts only. Take the value as an option.',
          })
        }
      },
    }
  },
}

/** Only a main (or the cli) ends the process: whoever calls a library decides that. */
export const exitInMain = {
  create(context) {
    const place = placeOf(context)
    if (isOutside(place) || /(^|\/)main\.ts$/.test(place) || /^(cli|scripts)\//.test(place)) return {}
    return {
      CallExpression(node) {
        if (node.callee.type === 'MemberExpression' && isProcessMember(node.callee, 'exit')) {
          context.report({
            node,
            message: 'process.exit is for main.ts and cli. Throw, or set process.exitCode.',
          })
        }
      },
    }
  },
}
