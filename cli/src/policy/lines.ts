import type { Draft, DryRun, DryRunPart, PolicyStatus, TestReport } from './documents.js'

const MAX_SHOWN = 20
const text = (lines: readonly string[]) => `${lines.join('\n')}\n`
const brief = (value: unknown) =>
  value === null ? 'nothing' : (JSON.stringify(value) ?? 'nothing').slice(0, 100)

export function statusLines({
  version,
  fromFiles,
  ruleCount,
  failure,
  history,
  canary,
}: PolicyStatus): string {
  const lines = [`policy  ${version}  ${ruleCount} rules${fromFiles ? ', from the files' : ''}`]
  if (failure !== null) lines.push(`ALARM   a newer policy is not in force: ${failure}`)
  if (canary !== null) {
    const { percentage, agents, roles, shadow } = canary
    const who = [`${percentage} % of agents`, ...agents, ...roles].join(', ')
    lines.push(`canary  ${canary.version}  for ${who}`)
    lines.push(
      `        ${shadow.evaluated} calls judged by both: ${shadow.softer} softer, ${shadow.harder} harder`,
    )
  }
  for (const { number, kind, version: was, author, at, note } of history)
    lines.push(
      `${String(number).padStart(6)}  ${at}  ${kind}  ${was ?? 'files'}  by ${author}${note === '' ? '' : `: ${note}`}`,
    )
  return text(lines)
}

export function diffLines({ version, rulesRebuilt, changes }: Draft): string {
  const lines = [
    `draft ${version}: ${changes.length} changes to the data${rulesRebuilt ? ', other rules' : ''}`,
  ]
  for (const { path, before, after } of changes) lines.push(`  ${path}: ${brief(before)} -> ${brief(after)}`)
  return text(lines)
}

export function testLines({ version, cases, passed, broken, failures }: TestReport): string {
  const lines = [`policy ${version}: ${passed} of ${cases} cases pass, ${broken} are broken by it`]
  for (const { subject, expected, got, isNew, why } of failures.slice(0, MAX_SHOWN))
    lines.push(`  ${isNew ? 'broken' : 'as before'}  ${expected} expected, ${got}: ${subject}  (${why})`)
  if (failures.length > MAX_SHOWN) lines.push(`  and ${failures.length - MAX_SHOWN} more; --json lists them`)
  return text(lines)
}

export function dryRunLines(found: DryRun): string {
  const { version, against, notice, cases, requests, skipped, tookMs } = found
  return text([
    ...(notice === null ? [] : [notice]),
    `policy ${version} against ${against}, in ${(tookMs / 1_000).toFixed(1)} s`,
    ...partLines('cases', cases),
    ...partLines('real calls', requests),
    ...(skipped > 0 ? [`${skipped} real calls could not be judged again`] : []),
  ])
}

function partLines(name: string, part: DryRunPart): string[] {
  const { calls, unanswered, changed, softer, harder, decisions } = part
  const lines = [`${name}: ${changed} of ${calls} change (${softer} softer, ${harder} harder)`]
  if (unanswered > 0) lines.push(`  ${unanswered} were not compared: the OPA server gave no answer`)
  for (const { before, after, subject, tool, count, rulesAfter, rulesBefore } of decisions.slice(
    0,
    MAX_SHOWN,
  )) {
    const rules = (rulesAfter.length > 0 ? rulesAfter : rulesBefore).join(', ')
    lines.push(`  ${before} -> ${after}  ${count > 1 ? `${count} × ` : ''}${tool}: ${subject}  (${rules})`)
  }
  if (decisions.length > MAX_SHOWN)
    lines.push(`  and ${decisions.length - MAX_SHOWN} more; --json lists them`)
  return lines
}
