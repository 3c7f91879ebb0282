import { invoke } from '../invoke.js'
import { readFile } from '../redirect.js'
import { join, literal } from '../value.js'
import type { Stream } from '../value.js'
import { printsUnknown, printsVariables } from '../walk.js'
import { target } from './target.js'
import type { Call } from './spec.js'

/** cmake's own small programs, by the commands that they are. */
const CMAKE_TOOLS: Readonly<Record<string, string>> = {
  rm: 'rm',
  remove: 'rm',
  remove_directory: 'rm -r',
  copy: 'cp',
  copy_directory: 'cp',
  copy_if_different: 'cp',
  copy_directory_if_different: 'cp',
  rename: 'mv',
  make_directory: 'mkdir',
  touch: 'touch',
  touch_nocreate: 'touch',
  create_symlink: 'ln -s',
  create_hardlink: 'ln',
  cat: 'cat',
  env: 'env',
  time: 'time',
  tar: 'tar',
  chdir: 'env -C',
  md5sum: 'md5sum',
  sha256sum: 'sha256sum',
  compare_files: 'cmp',
  echo: 'echo',
}

/** cmake configures and builds; `-P` runs a script in its own language, `-E` one of its small programs. */
export function cmake(call: Call): Stream {
  const { args, walk } = call
  const script = args.findIndex(({ text }) => text === '-P')
  if (script !== -1) {
    const file = args[script + 1]
    if (file !== undefined) readFile(file, walk)
    walk.findings.note('execute', 'module', `cmake ${join(args).text}`)
    return printsUnknown()
  }
  // Without a place of its own it installs for the whole machine.
  if (args[0]?.text === '--install' && !args.some(({ text }) => /^--prefix(=|$)/.test(text)))
    walk.findings.note('execute', 'sensitive-target', `cmake ${join(args).text}`)
  if (args[0]?.text !== '-E') return target(call)
  const tool = CMAKE_TOOLS[args[1]?.text ?? '']?.split(' ').map(literal)
  const [name, ...own] = tool ?? []
  if (name !== undefined) return invoke(name, [...own, ...args.slice(2)], walk, call.stdin)
  const looks = /^(capabilities|environment|sleep|true|false|sha\d+sum|__\w+)?$/.test(args[1]?.text ?? '')
  walk.findings.note(looks ? 'shell' : 'execute', looks ? 'inspect' : 'option', `cmake ${join(args).text}`)
  return args[1]?.text === 'environment' ? printsVariables() : printsUnknown()
}
