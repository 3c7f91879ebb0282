import { mountTree } from '@lighthouse/fuse/mount'
import { Command } from 'commander'
import { CommandError } from '../command-error.js'
import { note, printJson, print } from '../output.js'
import { type ReachOptions, reach, withReach } from '../reach.js'
import { untilSignal } from '../until-signal.js'

interface MountOptions extends ReachOptions {
  readonly json?: boolean
}

export function mountCommand(): Command {
  const command = new Command('mount')
    .description('Mounts the graph as files at DIR, as the agent whose key it takes, until Ctrl-C.')
    .argument('<dir>', 'an empty directory; made when absent')
    .option('--json', 'print {"mountpoint":…} when it is mounted')
  return withReach(command).action(mount)
}

async function mount(dir: string, options: MountOptions): Promise<void> {
  const { url, wsUrl, key } = await reach(options)
  const mounted = await mountTree({ mountpoint: dir, url, wsUrl, key, log: note }).catch((error: unknown) => {
    const { message } = error as Error
    throw new CommandError('MOUNT_FAILED', `${message} "lighthouse doctor" says what this machine lacks.`)
  })
  // Subscribed before it is said, so that a signal right after is heard.
  const ended = untilSignal()
  await (options.json === true
    ? printJson({ mountpoint: mounted.mountpoint })
    : print(
        `mounted ${url} at ${mounted.mountpoint}; see ${mounted.mountpoint}/README.md, Ctrl-C unmounts\n`,
      ))
  await ended
  await mounted[Symbol.asyncDispose]()
  process.exit(0)
}
