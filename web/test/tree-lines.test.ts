import { describe, it } from 'vitest'
import { treeLines } from '../src/views/decisions/tree-lines.js'

describe('the lines of a parsed command', () => {
  it('are indented, one a node, with the text that was written', ({ expect }) => {
    const command = { type: 'command', text: 'cat <<A\nb\nA', children: [] }
    expect(treeLines({ type: 'script', children: [command] })).toEqual(['script', '  command  cat <<A⏎b⏎A'])
  })

  it('are none for what is no tree, and bounded for a large one', ({ expect }) => {
    for (const odd of [null, undefined, 'x', 7]) expect(treeLines(odd)).toEqual([])
    const children = Array.from({ length: 500 }, () => ({ type: 'command', children: [] }))
    expect(treeLines({ type: 'script', children })).toHaveLength(201)
  })
})
