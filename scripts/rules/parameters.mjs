import { isOutside, placeOf } from './place.mjs'

const MAX = 4

/** Recursion over every field of every answer: an options object per call would be most of a request's garbage. */
const HOT = { folders: ['gateway/src/fetch/', 'gateway/src/shape/'], max: 6 }

/** Whether somebody else decides how it is called: a callback, or a method of an object that is handed over. */
const isHandedOver = ({ parent }) =>
  ['CallExpression', 'NewExpression', 'Property', 'ArrayExpression'].includes(parent?.type)

/** A function of ours takes at most four parameters; beyond that one options object, destructured with defaults. */
export const parameters = {
  create(context) {
    const place = placeOf(context)
    if (isOutside(place)) return {}
    const max = HOT.folders.some((folder) => place.startsWith(folder)) ? HOT.max : MAX
    const see = (node) => {
      if (node.params.length <= max || isHandedOver(node)) return
      const message = `${node.params.length} parameters; at most ${max}. Take one options object.`
      context.report({ loc: node.loc.start, message })
    }
    return { FunctionDeclaration: see, FunctionExpression: see, ArrowFunctionExpression: see }
  },
}
