import type { Explanation, TextSpan } from '@lighthouse/client/documents'

/** An explanation for people, on a terminal. `command` is the text that spans point into. */
export function pageFor(found: Explanation, command: string | undefined): string {
  const { decision, tier, riskLevel, reason, policyVersion } = found
  const head = `${decision}  ${reason}  (${tier}, ${riskLevel.toLowerCase()} risk, policy ${policyVersion})\n`
  const marked = command === undefined ? '' : underline(command, found.rules[0]?.span ?? undefined)
  const tree = treeLines(found.tree, 0)
  return [
    head,
    marked,
    part('Rules', found.rules.map(ruleLine)),
    part('Effects', found.effects.map(effectLine)),
    part('Tiers', found.tiers.map(tierLine)),
    part('Another decision', found.changes.map(changeLine)),
    part('Parsed', tree),
  ].join('')
}

function part(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : `\n${title}\n${lines.map((line) => `  ${line}\n`).join('')}`
}

/** The command with a mark under the stretch that decided; only where it stands on one line. */
function underline(command: string, span: TextSpan | undefined): string {
  if (command.includes('\n') || command.length > 160) return ''
  const mark = span === undefined ? '' : `${' '.repeat(span.start)}${'^'.repeat(span.end - span.start)}\n  `
  return `\n  ${command}\n  ${mark}`.trimEnd().concat('\n')
}

function ruleLine({ id, decision, riskLevel, reason, span }: Explanation['rules'][number]): string {
  return `${id}  ${decision}  ${riskLevel.toLowerCase()}  ${reason}${at(span)}`
}

function at(span: TextSpan | null): string {
  return span === null ? '' : `  (characters ${span.start} to ${span.end})`
}

function effectLine({ kind, target, recursive, dynamic }: Explanation['effects'][number]): string {
  const words = [recursive ? 'recursive' : '', dynamic ? 'only known when it runs' : ''].filter(Boolean)
  return `${kind}  ${target}${words.length === 0 ? '' : `  (${words.join(', ')})`}`
}

function tierLine({ tier, outcome, ms, decision, reason }: Explanation['tiers'][number]): string {
  const answer = decision ?? (reason === null ? outcome.toLowerCase() : reason)
  return `${tier.toLowerCase().padEnd(8)} ${`${ms.toFixed(2)} ms`.padStart(10)}  ${answer}`
}

function changeLine({ what, decision }: Explanation['changes'][number]): string {
  return `${decision}  ${what}`
}

function treeLines(tree: unknown, depth: number): string[] {
  if (typeof tree !== 'object' || tree === null) return []
  const { type, text, children } = tree as { type?: unknown; text?: unknown; children?: unknown }
  const shown = typeof text === 'string' ? `  ${text.replaceAll('\n', '⏎')}` : ''
  const below = Array.isArray(children) ? children.flatMap((child) => treeLines(child, depth + 1)) : []
  return [`${'  '.repeat(depth)}${String(type)}${shown}`, ...below]
}
