import { isOutside, placeOf } from './place.mjs'

const MAX_LINES = 60
/** Markup is read top to bottom and branches little. */
const MAX_MARKUP_LINES = 120

const isCode = (line) => !/^\s*(\/\/|\/?\*|$)/.test(line)

/**
 * A function has at most 60 lines of its own: blank lines, comments and the functions inside it do not count, so that a
 * factory may hold its methods.
 */
export const functionLength = {
  create(context) {
    const place = placeOf(context)
    if (isOutside(place)) return {}
    const max = place.endsWith('.tsx') ? MAX_MARKUP_LINES : MAX_LINES
    const open = []
    const enter = () => open.push(0)
    const leave = (node) => {
      const lines = context.sourceCode.lines
        .slice(node.loc.start.line - 1, node.loc.end.line)
        .filter(isCode).length
      const own = lines - (open.pop() ?? 0)
      const outer = open.length - 1
      // The line that opens an inner function and the one that closes it belong to both.
      if (outer >= 0) open[outer] += Math.max(0, lines - 2)
      if (own <= max) return
      const message = `A function of ${own} lines of its own; at most ${max}. Take a step out and name it.`
      context.report({ loc: node.loc.start, message })
    }
    return {
      FunctionDeclaration: enter,
      'FunctionDeclaration:exit': leave,
      FunctionExpression: enter,
      'FunctionExpression:exit': leave,
      ArrowFunctionExpression: enter,
      'ArrowFunctionExpression:exit': leave,
    }
  },
}
