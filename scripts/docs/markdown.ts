/** The text under a heading (any level) up to the next heading of the same or a higher level; undefined without it. */
export function sectionOf(text: string, title: string): string | undefined {
  const lines = text.split('\n')
  const start = lines.findIndex((line) => /^#+\s/.test(line) && line.replace(/^#+\s+/, '').trim() === title)
  if (start < 0) return undefined
  const level = depthOf(lines[start] ?? '')
  const rest = lines.slice(start + 1)
  const end = rest.findIndex((line) => /^#+\s/.test(line) && depthOf(line) <= level)
  return (end < 0 ? rest : rest.slice(0, end)).join('\n')
}

function depthOf(heading: string): number {
  return heading.length - heading.replace(/^#+/, '').length
}

/** The body rows of every table in a text, as trimmed cells; `\|` stays part of its cell. */
export function rowsOf(text: string): string[][] {
  const tables = text.split('\n').map((line) => line.trim())
  const rows: string[][] = []
  for (const [index, line] of tables.entries()) {
    if (!line.startsWith('|') || isRule(line) || isRule(tables[index + 1] ?? '')) continue
    const cells = line.slice(1, -1).split(/(?<!\\)\|/)
    rows.push(cells.map((cell) => cell.trim()))
  }
  return rows
}

function isRule(line: string): boolean {
  return /^\|(\s*:?-+:?\s*\|)+$/.test(line)
}

/** What stands between backticks, in order. */
export function codesOf(text: string): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? '')
}

/** The targets of links and images that point into the repository, without their fragment. */
export function linksOf(text: string): string[] {
  const prose = text.replaceAll(/```[\s\S]*?```/g, '').replaceAll(/`[^`\n]*`/g, '')
  return [...prose.matchAll(/\]\(([^)\s]+)(?:\s+"[^"]*")?\)/g)]
    .map((match) => match[1] ?? '')
    .filter((target) => !/^([a-z][a-z0-9+.-]*:|#|\/\/)/i.test(target))
    .map((target) => decodeURIComponent(target.replace(/[#?].*$/, '')))
}
