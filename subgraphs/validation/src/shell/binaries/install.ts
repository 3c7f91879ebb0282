import { hasOption, optionValues } from '../options.js'
import type { Options } from '../options.js'
import { noteForeign } from '../project-work.js'
import { join } from '../value.js'
import type { Stream } from '../value.js'
import { printsUnknown } from '../walk.js'
import type { Call } from './spec.js'

/** `install` with a name brings in something new; without one it installs what the project declares. */
export function install(call: Call, options: Options): Stream {
  const named = options.operands.filter(({ text }) => !/^\.(\[[\w,-]+\])?$/.test(text))
  const elsewhere =
    hasOption(options, 'g', 'global', 'location') || call.args.some((arg) => arg.text === '--location=global')
  const registry = hasOption(
    options,
    'registry',
    'index-url',
    'extra-index-url',
    'i',
    'trusted-host',
    'index',
  )
  // `-r`, `-e`, `-c` with an address bring in what is there; `--find-links` is a registry of its own.
  const addresses = optionValues(options, 'r', 'requirement', 'e', 'editable', 'c', 'constraint').filter(
    ({ text }) => /:\/\/|^git\+/.test(text),
  )
  const act =
    registry || hasOption(options, 'find-links', 'f')
      ? 'foreign-registry'
      : elsewhere && named.length > 0
        ? 'install-global'
        : named.length + addresses.length > 0
          ? 'install'
          : 'declared'
  const names = named.map(({ text }) => text.replace(/(?<=.)@[^/]*$|[=<>~!;[].*$/g, ''))
  const facts = act === 'install' ? { names } : {}
  call.walk.findings.note('packages', act, `${call.name} ${join(call.args).text}`.trim(), facts)
  if (act === 'declared') noteForeign(call.name, call)
  return printsUnknown()
}
