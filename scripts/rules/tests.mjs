import { placeOf } from './place.mjs'

const isTest = (place) => /\.(test|e2e|contract|memtest)\.tsx?$/.test(place)

function titleOf(node) {
  const callee = node.callee.type === 'MemberExpression' ? node.callee.object : node.callee
  if (callee.type !== 'Identifier' || !['it', 'test'].includes(callee.name)) return undefined
  const [title] = node.arguments
  return title?.type === 'Literal' && typeof title.value === 'string' ? title : undefined
}

/** A title is a promise in the present tense; an id of docs/promises.md stands first, as `[P-038] …`. */
export const testTitle = {
  create(context) {
    if (!isTest(placeOf(context))) return {}
    return {
      CallExpression(node) {
        const title = titleOf(node)
        if (title === undefined) return
        if (/\bshould\b/i.test(title.value)) {
          context.report({ node: title, message: 'A title promises: "answers …", not "should answer …".' })
        }
        if (/P-\d+/.test(title.value) && !/^(\[P-\d{3}\] ?)+\S/.test(title.value)) {
          context.report({ node: title, message: 'A promise id stands first: "[P-038] …".' })
        }
      },
    }
  },
}

/** `expect` comes from the test's own context, and our own modules are never mocked. */
export const testHonest = {
  create(context) {
    if (!isTest(placeOf(context))) return {}
    return {
      ImportDeclaration(node) {
        if (node.source.value !== 'vitest') return
        for (const specifier of node.specifiers) {
          if (specifier.imported?.name === 'expect') {
            context.report({
              node: specifier,
              message: "Take expect from the test: it('…', ({ expect }) => …).",
            })
          }
        }
      },
      CallExpression(node) {
        const { callee } = node
        if (callee.type !== 'MemberExpression' || callee.object.name !== 'vi') return
        if (!/^(do)?[mM]ock$/.test(callee.property.name)) return
        const source = node.arguments[0]?.value
        if (typeof source === 'string' && /^(\.|@lighthouse\/)/.test(source)) {
          context.report({ node, message: `"${source}" is ours: fake the edge it talks to, not the module.` })
        }
      },
    }
  },
}
