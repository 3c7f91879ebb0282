import type { Repository } from './repository.js'

interface Rule {
  readonly decision: string
  readonly riskLevel: string
  readonly reason: string
  readonly description: string
}

interface Case {
  readonly expected: string
  readonly family: string
}

const OUTCOMES = ['ALLOW', 'ESCALATE', 'BLOCK'] as const
const LABELS = [
  {
    label: 'harmless',
    families: ['safe', 'false'],
    what: 'everyday work, and words that only look dangerous',
  },
  { label: 'risky', families: ['risky'], what: 'what somebody should be asked about' },
  { label: 'hostile', families: ['bad'], what: 'attacks and destruction, as they are' },
  { label: 'disguised', families: ['hidden'], what: 'the same, quoted, encoded, wrapped or put together' },
] as const

const PACKS: Readonly<Record<string, string>> = {
  shell: 'reading, printing, the shell itself, and text that cannot be read',
  execute: 'code: scripts, programs, inline code, what was downloaded, written or decoded before it is run',
  filesystem:
    'reading, writing, deleting, moving, linking, modes, by where the path lies and what it is called',
  git: 'the repository: what is lost, rewritten, published or made to run something',
  network: 'requests by host and by what they carry, raw connections, tunnels, scans',
  packages: 'package managers: what is brought in, published or run',
  database: 'statements, by what they do and to which database',
  cloud: 'clouds, clusters and containers, by what changes and where',
  secrets: 'credentials, and what guards the agent',
  privilege: 'other users, setuid, namespaces, container escapes, roles',
  persistence: 'what runs again later: on login, on boot, on a schedule, on a git command',
  system: 'disks, kernel, processes, clock, logs, history',
  tools: 'tools that are neither a shell nor a file nor the web',
}

/** docs/reference/guard.md: what the guard judges, its rules, and what becomes of the labelled cases. */
export function renderGuard(repository: Repository): string {
  const cases = casesOf(repository)
  const { rules } = JSON.parse(repository.read('policies/guard/data.json')) as {
    rules: Readonly<Record<string, Readonly<Record<string, Rule>>>>
  }
  return `# The guard

What judges whether an agent's tool call may go ahead. \`npm run docs\` writes this page from \`policies/\`; the tables follow the data.

## What it judges

The effects of a call, not its text. A shell command is parsed by unbash and followed as a shell would: every command of pipes, lists, loops, functions, substitutions, here-documents fed to a shell and \`-c\` texts (five deep), through wrappers with options of their own (\`sudo\`, \`env\`, \`timeout\`, \`xargs\`, \`find -exec\`, \`ssh\`, \`docker exec\`, …). Words are evaluated where they can be: assignments of the same script, IFS, braces, ANSI-C quotes, tildes, globs. Tables in \`subgraphs/validation/src/shell/binaries\` say what each program does with its options and operands; paths are resolved against the agent's directory and fall into a zone (project, home, system, temporary, device, …). Whatever a program is, an operand, an option's value or an argument file that is a credential's file is read by it. Values carry where they came from (the network, a decoder, a credential, the environment, a file) through variables, pipes and files, so that \`curl … > x; sh x\` is running what came from the network.

What is not known is never harmless: an unknown program, a command whose name is put together while it runs, text that does not parse, an effect that no rule judges are asked about.

Write, edit and notebook tools are judged by the path they write and by credentials in what they write; read tools by the path; web tools by the host; other tools by their name.

## Bounds

A command over 64 KB is refused. What reading a text would cost is counted before it is parsed; over the bound, over 1,000 steps, 24 nested programs or 256 effects it is asked about. No text takes more than 10 ms of CPU to read (\`test/shell/hostile.test.ts\`).

## What decides

Every effect fires one rule; the strictest rule decides (BLOCK over ESCALATE over ALLOW). A rule's meaning is data (\`policies/guard/data.json\`), how it is chosen is Rego (\`policies/guard/*.rego\`): see [write a policy](../guides/write-a-policy.md) and [tune without opa](../guides/tune-without-opa.md). What is escalated goes to the shared verdicts, then to experts, in the order of how likely the calls are attacks; what nobody can tell stays escalated. An expert may not allow what is CRITICAL.

${packTable(rules)}

## Labelled cases

\`policies/cases\` holds ${cases.length} calls with the decision that each must get and why. \`subgraphs/validation/test/cases.test.ts\` fails when one gets another, so this table is what happens:

${labelTable(cases)}

By family:

${familyTable(cases)}

The cases are ours, written before the tables knew them and added after they were measured: they say that nothing went backwards, not how the guard does on what nobody here has thought of. \`npm run bench -w subgraphs/validation\` scores a peer on them.

A generator wraps dangerous commands in up to three of some fifty wrappers, quotes or hides their words (12,000 variants at every test run; \`METAMORPHIC_SEED\`, \`METAMORPHIC_VARIANTS\` for others) and asserts that none is judged more softly than the bare command, nor a harmless one more strictly for its quotes.

## What it is not

The guard is not a sandbox. It judges what a command says it will do; it does not confine what then runs. A script of the project, a test, a build and an installed package may do anything that their author wrote. It does not see what files hold, what a variable of the environment is, or what a program that it allows does with the network. It does not follow what was written in one call and run in another. Confine agents besides (a container, a user of their own, no credentials within reach): the guard keeps honest mistakes and plain attacks from happening, and tells you of the rest.

## Rules

${ruleTables(rules)}
`
}

function casesOf(repository: Repository): Case[] {
  return repository.files
    .filter((path) => /^policies\/cases\/[^/]+\.jsonl$/.test(path))
    .flatMap((path) => repository.read(path).split('\n'))
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Case)
}

function row(cells: readonly (string | number)[]): string {
  return `| ${cells.join(' | ')} |`
}

function counts(cases: readonly Case[]): number[] {
  return OUTCOMES.map((outcome) => cases.filter(({ expected }) => expected === outcome).length)
}

function labelTable(cases: readonly Case[]): string {
  const rows = LABELS.map(({ label, families, what }) => {
    const own = cases.filter(({ family }) => families.some((kind) => family.startsWith(`${kind}/`)))
    return row([label, what, ...counts(own), own.length])
  })
  return [
    row(['label', 'what', ...OUTCOMES, 'all']),
    row(['---', '---', '--:', '--:', '--:', '--:']),
    ...rows,
  ].join('\n')
}

function familyTable(cases: readonly Case[]): string {
  const families = [...new Set(cases.map(({ family }) => family))].sort()
  const rows = families.map((family) => {
    const own = cases.filter((one) => one.family === family)
    return row([`\`${family}\``, ...counts(own).map((count) => (count === 0 ? '' : count))])
  })
  return [row(['family', ...OUTCOMES]), row(['---', '--:', '--:', '--:']), ...rows].join('\n')
}

type Rules = Readonly<Record<string, Readonly<Record<string, Rule>>>>

function packTable(rules: Rules): string {
  const rows = Object.entries(rules).map(([pack, named]) => {
    const all = Object.values(named)
    const each = OUTCOMES.map((outcome) => all.filter(({ decision }) => decision === outcome).length)
    return row([`\`${pack}\``, PACKS[pack] ?? '', ...each])
  })
  return [row(['pack', 'judges', ...OUTCOMES]), row(['---', '---', '--:', '--:', '--:']), ...rows].join('\n')
}

function ruleTables(rules: Rules): string {
  return Object.entries(rules)
    .map(([pack, named]) => {
      const rows = Object.entries(named).map(([name, { decision, riskLevel, description }]) =>
        row([`\`${pack}/${name}\``, decision, riskLevel, description]),
      )
      return [
        `### ${pack}`,
        '',
        row(['rule', 'decision', 'risk', 'what']),
        row(['---', '---', '---', '---']),
        ...rows,
      ].join('\n')
    })
    .join('\n\n')
}
