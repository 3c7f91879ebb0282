import { posix } from 'node:path'
import type { Options } from '../options.js'
import { isKnown, join } from '../value.js'
import type { Stream } from '../value.js'
import { printsUnknown } from '../walk.js'
import type { Call, SpecTable } from './spec.js'

/** Where the shell stands, and parts of a path: what these print is known when what they are given is. */
export const PATH_NAMES: SpecTable = {
  pwd: { act: 'shell/inspect', handle: whereItStands },
  basename: { act: 'shell/inspect', handle: lastPart },
  dirname: { act: 'shell/inspect', handle: folderOf },
}

function whereItStands({ walk, args }: Call): Stream {
  const { cwd } = walk.state
  return args.length === 0 && cwd.startsWith('/') ? { text: `${cwd}\n`, taint: 0 } : printsUnknown()
}

function lastPart(call: Call, options: Options): Stream {
  return toldOf(call, options, (path, suffix = '') => posix.basename(path, suffix))
}

function folderOf(call: Call, options: Options): Stream {
  return toldOf(call, options, (path) => posix.dirname(path))
}

function toldOf(
  { args }: Call,
  { operands, given }: Options,
  tell: (path: string, suffix?: string) => string,
): Stream {
  const { taint, glob } = join(args)
  const [path, suffix] = operands
  if (path === undefined || given.size > 0 || !args.every(isKnown)) return printsUnknown(taint)
  const text = tell(path.text, suffix?.text)
  return glob && /[*?[]/.test(text)
    ? { text: undefined, taint, pattern: { text, taint, glob } }
    : { text: `${text}\n`, taint }
}
