import { invoke } from '../invoke.js'
import { hasOption, optionValues } from '../options.js'
import type { Options } from '../options.js'
import { readFile } from '../redirect.js'
import { isKnown, join, TAINT } from '../value.js'
import type { Stream } from '../value.js'
import { printsUnknown } from '../walk.js'
import { each } from './each.js'
import type { Call, Spec, SpecTable } from './spec.js'

/** A command that tells about the machine, unless `changes` says that it is told to change it. */
function teller(
  act: string,
  changes: (words: readonly string[], options: Options) => boolean,
  takes = '',
): Spec {
  const [pack = '', action = ''] = act.split('/')
  return {
    takes,
    handle: (call, options) => {
      const text = `${call.name} ${join(call.args).text}`.trim()
      const words = options.operands.map((operand) => operand.text)
      if (changes(words, options)) call.walk.findings.note(pack, action, text)
      else call.walk.findings.note('shell', 'inspect', text)
      return printsUnknown()
    },
  }
}

/** `date`: a format tells the time; anything else that is no option sets it. BSD's `-j` never does. */
function date(call: Call, options: Options): Stream {
  const text = `date ${join(call.args).text}`.trim()
  const sets =
    hasOption(options, 's', 'set') ||
    (!hasOption(options, 'j', 'd', 'date', 'r') &&
      options.operands.some((operand) => /^\d{8}/.test(operand.text)))
  for (const file of hasOption(options, 'j') ? [] : optionValues(options, 'f', 'file'))
    readFile(file, call.walk)
  call.walk.findings.note(sets ? 'system' : 'shell', sets ? 'clock' : 'inspect', text)
  const [format] = call.args.filter((arg) => arg.text.startsWith('+'))
  // What time it is does not matter: only digits, letters and what the format itself says.
  return format === undefined || !isKnown(format)
    ? printsUnknown()
    : { text: format.text.slice(1).replace(/%[-_0^#]?\w/g, '1'), taint: format.taint }
}

/** ps with the BSD letter `e` (or `-E`) prints the environment of every process, and with it their passwords. */
function processes(call: Call): Stream {
  const text = `${call.name} ${join(call.args).text}`.trim()
  const values = /^-?(o|O|p|C|u|U|g|G|t|q|N|-?format|-?sort|k|--\w+)$/
  const environment = call.args.some(
    ({ text: arg }, i) =>
      (/^[a-zA-Z]*e[a-zA-Z]*$/.test(arg) &&
        !/[.,=]/.test(arg) &&
        !values.test(call.args[i - 1]?.text ?? '')) ||
      /^-[a-zA-Z]*E/.test(arg),
  )
  call.walk.findings.note(environment ? 'secrets' : 'shell', environment ? 'environment' : 'inspect', text)
  return printsUnknown(environment ? TAINT.secret : 0)
}

/** `pidstat -e command` runs it, to measure it. */
function measured(call: Call): Stream {
  const at = call.args.findIndex(({ text }) => text === '-e')
  const [name, ...args] = at === -1 ? [] : call.args.slice(at + 1)
  if (name !== undefined) return invoke(name, args, call.walk, call.stdin)
  call.walk.findings.note('shell', 'inspect', `pidstat ${join(call.args).text}`)
  return printsUnknown()
}

const CONFIGURES = 'network/configure'

/** What tells about the machine, and sometimes changes it. */
export const MACHINE: SpecTable = {
  date: { takes: 'd date s set f file r reference v I', handle: date },
  ps: { handle: processes },
  hostname: teller(
    'system/settings',
    (words, options) => words.length > 0 || hasOption(options, 'F', 'file', 'b'),
  ),
  ...each(
    'domainname nisdomainname ypdomainname',
    teller('system/settings', (words) => words.length > 0),
  ),
  ifconfig: teller(CONFIGURES, (words) => words.length > 1),
  iwconfig: teller(CONFIGURES, (words) => words.length > 1),
  arp: teller(
    CONFIGURES,
    (_, options) => hasOption(options, 'd', 'delete', 's', 'set', 'f', 'file'),
    'i H A p',
  ),
  route: teller(CONFIGURES, (words) => words.some((word) => /^(add|del|delete|change|flush)$/.test(word))),
  ss: teller(CONFIGURES, (_, options) => hasOption(options, 'K', 'kill', 'D', 'diag'), 'f A o F N'),
  ...each(
    'ethtool mii-tool',
    teller(CONFIGURES, (_, options) => options.given.size > 0),
  ),
  nmcli: teller(CONFIGURES, (words) =>
    words.some((word) =>
      /^(add|del|delete|mod|modify|edit|up|down|on|off|connect|disconnect|set|reload|import|clone|connectivity|hotspot)$/.test(
        word,
      ),
    ),
  ),
  resolvectl: teller(CONFIGURES, (words) => !/^(status|query|statistics|service)?$/.test(words[0] ?? '')),
  timedatectl: teller(
    'system/clock',
    (words) => !/^(status|show|list-timezones|timesync-status)?$/.test(words[0] ?? ''),
  ),
  hostnamectl: teller('system/settings', (words) =>
    /^(set|hostname|deployment|chassis|icon|location)/.test(words[0] ?? ''),
  ),
  localectl: teller('system/settings', (words) => /^set/.test(words[0] ?? '')),
  loginctl: teller('system/service', (words) => !/^(list|show|session|user|seat)/.test(words[0] ?? 'list')),
  rfkill: teller(CONFIGURES, (words) => /^(un)?block|toggle/.test(words[0] ?? '')),
  ...each(
    'nvidia-smi rocm-smi',
    teller(
      'system/settings',
      (_, options) =>
        hasOption(
          options,
          'r',
          'gpu-reset',
          'pm',
          'pl',
          'e',
          'c',
          'lgc',
          'ac',
          'mig',
          'setfan',
          'setperflevel',
        ),
      'i id q query-gpu format l d display',
    ),
  ),
  sensors: teller('system/settings', (_, options) => hasOption(options, 's', 'set'), 'c'),
  pidstat: { handle: measured },
  hwinfo: { act: 'shell/inspect' },
  ...each('dmidecode lshw numactl-hardware lstopo lsns lsipc lslogins lslocks lsmem pmap mpstat sar dstat', {
    act: 'shell/inspect',
  }),
}
