import { Command } from 'commander'
import { print, printJson } from '../output.js'
import { type Finding, examine } from '../examine.js'

interface DoctorOptions {
  readonly json?: boolean
  readonly port: string
  readonly dataDir?: string
}

export function doctorCommand(): Command {
  return new Command('doctor')
    .description(
      'Says what this machine has and what degrades without the rest. Exit code 1 when nothing can start.',
    )
    .option('--port <port>', 'the port that "up" would take', '4000')
    .option('--data-dir <dir>', 'the data directory that "up" would take')
    .option('--json', 'print the findings as JSON')
    .action(doctor)
}

const MARKS = { ok: 'ok     ', degraded: 'without', missing: 'MISSING' } as const satisfies Record<
  Finding['state'],
  string
>

async function doctor(options: DoctorOptions): Promise<void> {
  const findings = await examine({ port: Number(options.port), dataDir: options.dataDir })
  if (options.json === true) await printJson({ findings })
  else
    for (const { name, state, detail } of findings)
      await print(`${MARKS[state]}  ${name.padEnd(14)} ${detail}\n`)
  process.exitCode = findings.some(({ state }) => state === 'missing') ? 1 : 0
}
