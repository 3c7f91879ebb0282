import { Command, CommanderError } from 'commander'
import { COMMANDS } from './commands.js'
import { CommandError, failureOf, lineOf } from './command-error.js'
import { printJson } from './output.js'
import { VERSION } from './version.js'

/** Coding agents take any other exit code of a hook than 0 and 2 as leave to go on. */
const BLOCKING = 2

/**
 * Runs one command line to its end and gives its exit code. Never rejects: a failure is one line on stderr, or one
 * JSON document `{"error":{"code","message"}}` on stdout with --json.
 */
export async function run(args: readonly string[]): Promise<number> {
  process.stdout.on('error', ignoreClosedPipe)
  try {
    const program = await programFor(args)
    await program.parseAsync([...args], { from: 'user' })
    return Number(process.exitCode ?? 0)
  } catch (error) {
    return await tell(error, args)
  }
}

async function programFor(args: readonly string[]): Promise<Command> {
  const program = new Command('lighthouse')
    .description('The graph that agents work through.')
    .version(VERSION, '-v, --version')
    .enablePositionalOptions()
    .helpOption('-h, --help')
  const name = args.find((arg) => !arg.startsWith('-')) ?? ''
  const named = name === 'help' ? args[1] : name
  for (const [entry, { summary, load }] of Object.entries(COMMANDS)) {
    if (entry === named) program.addCommand(quiet(await load()))
    else program.addCommand(new Command(entry).description(summary).allowUnknownOption())
  }
  if (args.length === 0) program.action(() => program.outputHelp())
  return quiet(program)
}

/** Commander must throw rather than exit, and leave the telling of usage errors to us. */
function quiet(command: Command): Command {
  command.exitOverride().configureOutput({ writeErr: () => undefined })
  command.commands.forEach(quiet)
  return command
}

async function tell(error: unknown, args: readonly string[]): Promise<number> {
  if (error instanceof CommanderError && error.exitCode === 0) return 0
  const asJson = args.includes('--json')
  const { code, message } = error instanceof CommanderError ? usageOf(error, args) : failureOf(error)
  if (asJson) await printJson({ error: { code, message } })
  else process.stderr.write(lineOf(message))
  return isHook(args) ? BLOCKING : error instanceof CommandError ? error.exitCode : 1
}

/** A hook that fails must block; putting one in is a command like any other. */
function isHook(args: readonly string[]): boolean {
  return args[0] === 'hook' && args[1] !== 'install'
}

function usageOf(error: CommanderError, args: readonly string[]): { code: string; message: string } {
  const name = Object.hasOwn(COMMANDS, args[0] ?? '') ? ` ${args[0]}` : ''
  const what = error.message.replace(/^error: /, '').replace(/\.?$/, '.')
  return { code: 'BAD_USAGE', message: `${what} See "lighthouse${name} --help".` }
}

/** `lighthouse events tail | head` ends the reader first; that is no error. */
function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error
  process.exit(0)
}
