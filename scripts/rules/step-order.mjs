import { placeOf } from './place.mjs'

/**
 * Conductors and the steps they call, in order. A conductor names every step and names them in this order; ARCHITECTURE.md
 * tells the same story.
 */
export const CONDUCTORS = {
  'gateway/src/operate.ts': ['receive', 'admit', 'plan', 'fetch', 'shape', 'record'],
  'subgraphs/events/src/append.ts': ['sequence', 'seal', 'write', 'publish'],
  'subgraphs/experts/src/consult.ts': ['match', 'assign', 'gather', 'agree', 'answer'],
}

/** A conductor's steps are used in the order of its table, whatever helps them in between. */
export const stepOrder = {
  create(context) {
    const steps = CONDUCTORS[placeOf(context)]
    if (steps === undefined) return {}
    const first = new Map()
    return {
      CallExpression(node) {
        const name = node.callee.type === 'Identifier' ? node.callee.name : node.callee.property?.name
        if (steps.includes(name) && !first.has(name)) first.set(name, node)
      },
      'Program:exit'(program) {
        let before
        for (const step of steps) {
          const node = first.get(step)
          if (node === undefined) {
            context.report({ node: program, message: `The conductor never calls its step "${step}".` })
            continue
          }
          if (before !== undefined && node.range[0] < before.node.range[0]) {
            context.report({
              node,
              message: `"${step}" is called before "${before.step}"; the order is ${steps.join(' → ')}.`,
            })
          }
          before = { step, node }
        }
      },
    }
  },
}
