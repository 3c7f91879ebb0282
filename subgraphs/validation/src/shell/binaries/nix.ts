import { invoke } from '../invoke.js'
import { hasOption, optionValues } from '../options.js'
import type { Options } from '../options.js'
import { noteForeign } from '../project-work.js'
import { join } from '../value.js'
import type { Stream, Value } from '../value.js'
import { printsUnknown, runText } from '../walk.js'
import { acts, each } from './each.js'
import type { Call, Spec, SpecTable } from './spec.js'

/** Options by which nix builds elsewhere, trusts others, reads an expression of the command line, or runs unchecked. */
const REACHES =
  /^--(option|extra-\S+|substituters|trusted-\S+|store|builders|eval-store|override-(input|flake)|impure|expr|accept-flake-config|no-sandbox|extra-experimental-features=\S*exec\S*|inputs-from|include|profile)(=|$)|^-I/

/** A flake of this project: none named, `.`, `.#name`, a path below. */
function isOwnFlake({ text }: Value): boolean {
  return /^(\.\/?(#.*)?|#.*|(path:)?\.\/[\w./-]*(#.*)?)$/.test(text)
}

function flake(call: Call, options: Options): Stream {
  const text = `${call.name} ${join(call.args).text}`
  const command = options.given.has('c') || options.given.has('command')
  const at = call.args.findIndex(({ text: arg }) => /^(-c|--command)$/.test(arg))
  const own = (at === -1 ? call.args : call.args.slice(0, at)).filter(({ text: arg }) => !arg.startsWith('-'))
  const operands = at === -1 ? options.operands : own
  if (call.args.slice(0, at === -1 ? undefined : at).some((arg) => REACHES.test(arg.text)))
    call.walk.findings.note('execute', 'option', text)
  else if (!operands.every(isOwnFlake)) call.walk.findings.note('packages', 'run-remote', text)
  else {
    call.walk.findings.note('execute', 'build', text)
    noteForeign(text, { ...call, args: operands })
  }
  if (command) {
    const [name, ...args] = call.args.slice(at + 1)
    if (name !== undefined) return invoke(name, args, call.walk, call.stdin)
  }
  return printsUnknown()
}

/** Opens a shell of the project, unless it is told what to run in it. */
function develop(call: Call, options: Options): Stream {
  const printed = flake(call, options)
  if (!hasOption(options, 'c', 'command', 'help'))
    call.walk.findings.note('execute', 'interactive', `${call.name} ${join(call.args).text}`)
  return printed
}

/** `nix-shell --run text`: the packages come from the project's own file, unless `-p` names others. */
function shell(call: Call, options: Options): Stream {
  const text = `${call.name} ${join(call.args).text}`
  const texts = optionValues(options, 'run', 'command')
  if (call.args.some((arg) => REACHES.test(arg.text))) call.walk.findings.note('execute', 'option', text)
  else if (hasOption(options, 'p', 'packages', 'E', 'expr'))
    call.walk.findings.note('packages', 'run-remote', text)
  else if (texts.length === 0) call.walk.findings.note('execute', 'interactive', text)
  else {
    call.walk.findings.note('execute', 'build', text)
    noteForeign(text, { ...call, args: options.operands })
  }
  for (const one of texts) runText(one.text, call.walk, call.stdin)
  return printsUnknown()
}

const FLAKE: Spec = {
  takes: 'c command system j max-jobs cores o out-link f file A attr argstr',
  handle: flake,
}

/** What builds, shows and enters what the project's own files of Nix declare. Everything else changes the machine. */
export const NIX: SpecTable = {
  nix: {
    act: 'packages/system',
    subcommands: acts({
      'build run eval fmt shell': FLAKE,
      develop: { ...FLAKE, handle: develop },
      flake: {
        act: 'packages/update',
        subcommands: acts({
          'check show metadata info': FLAKE,
          init: 'execute/build',
          'update lock': 'packages/update',
        }),
      },
      'search show-derivation derivation why-depends path-info log hash show-config doctor':
        'packages/inspect',
    }),
  },
  ...each('nix-build nix-instantiate', {
    takes: 'A attr o out-link j cores arg argstr',
    options: { 'E expr': 'execute/inline' },
    handle: flakeFile,
  }),
  'nix-shell': { takes: 'run command A attr p packages E expr I', handle: shell },
}

/** Files of Nix instead of a flake; an address is somebody else's. */
function flakeFile(call: Call, options: Options): Stream {
  const text = `${call.name} ${join(call.args).text}`
  if (call.args.some((arg) => REACHES.test(arg.text))) call.walk.findings.note('execute', 'option', text)
  else if (options.operands.some((arg) => /^\w+:|^</.test(arg.text)))
    call.walk.findings.note('packages', 'run-remote', text)
  else {
    call.walk.findings.note('execute', 'build', text)
    noteForeign(text, call)
  }
  return printsUnknown()
}
