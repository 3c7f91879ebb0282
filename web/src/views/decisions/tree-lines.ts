/** Most lines of a tree that are shown. */
const MAX_LINES = 200

/** A parsed command as lines, indented: the graph gives it as JSON, whose shape is not taken for granted. */
export function treeLines(tree: unknown): string[] {
  const lines = linesOf(tree, 0)
  return lines.length > MAX_LINES ? [...lines.slice(0, MAX_LINES), '…'] : lines
}

function linesOf(tree: unknown, depth: number): string[] {
  if (typeof tree !== 'object' || tree === null) return []
  const { type, text, children } = tree as Record<string, unknown>
  const shown = typeof text === 'string' ? `  ${text.replaceAll('\n', '⏎')}` : ''
  const below = Array.isArray(children) ? children.flatMap((child) => linesOf(child, depth + 1)) : []
  return [`${'  '.repeat(depth)}${String(type)}${shown}`, ...below]
}
