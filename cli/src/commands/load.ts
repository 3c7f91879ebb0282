import { Command } from 'commander'

export function loadCommand(): Command {
  return new Command('load')
    .description('Sends the traffic of many agents, open-loop, and reports latencies. Its own flags: --help.')
    .argument('[flags...]')
    .helpOption(false)
    .allowUnknownOption()
    .allowExcessArguments()
    .action(async (flags: readonly string[]) => {
      const { load } = await import('@lighthouse/loadtest/main')
      process.exitCode = await load(
        flags,
        (text) => process.stdout.write(text),
        (text) => process.stderr.write(text),
      )
    })
}
