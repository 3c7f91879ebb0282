import { printsUnknown, QUIET, runText } from '../walk.js'
import { hasOption, optionValues, readOptions } from '../options.js'
import type { Options } from '../options.js'
import { isKnown, join, literal, TAINT, taintOf } from '../value.js'
import type { Stream } from '../value.js'
import { lookInto, PLANTED, readFile } from '../redirect.js'
import { shown, writeFile } from '../invoke.js'
import { isSecretVariable, namesSecret } from '../secret.js'
import { each } from './each.js'
import { fd, find, locate, search } from './search.js'
import { awk, sed } from './stream-editors.js'
import type { Call, SpecTable } from './spec.js'

const READER = { act: 'shell/inspect', operands: 'read' } as const
const INSPECT = { act: 'shell/inspect' } as const

/** Binaries that read, print, search and reshape text, and that tell about the machine. */
export const TEXT: SpecTable = {
  ...each(
    'whoami id groups uname cal uptime which whereis type realpath readlink sleep true false : test [ [[ tty nproc free vmstat iostat lscpu lsblk lsusb lspci locale getconf tput clear reset times wait dirs logname users who w last lsb_release sw_vers expr let yes uuidgen pidof ipcs',
    INSPECT,
  ),
  seq: { act: 'shell/inspect', takes: 's f', handle: sequence },
  ...each('ls dir vdir exa eza lsd tree du df stat file', {
    act: 'shell/inspect',
    takes:
      'I ignore w width T tabsize L level P pattern max-depth exclude c format printf t B block-size sort time o',
    handle: list,
  }),
  tree: { act: 'shell/inspect', takes: 'L I P o', options: { o: 'write' }, handle: list },
  ...each('pgrep pstree lsof netstat', INSPECT),
  top: { act: 'shell/inspect' },
  htop: { act: 'shell/inspect' },
  ...each('tac zcat zless zmore bzcat xzcat comm look sum cksum colordiff difft tokei scc', READER),
  wc: { ...READER, options: { 'files0-from': 'list' }, handle: () => printsUnknown() },
  sdiff: { ...READER, takes: 'o output w width I', options: { 'o output': 'write' } },
  ...each('b2sum md5sum sha1sum sha224sum sha256sum sha384sum sha512sum shasum md5', {
    ...READER,
    takes: 'a',
  }),
  ...each('head tail', { ...READER, takes: 'n lines c bytes s sleep-interval pid', handle: endless }),
  nl: { ...READER, takes: 'b d f h i l n s v w' },
  cut: {
    ...READER,
    takes: 'd delimiter f fields c characters b bytes output-delimiter',
    handle: namesOnly,
  },
  paste: { ...READER, takes: 'd delimiters' },
  join: { ...READER, takes: 't j o e a v 1 2' },
  column: { ...READER, takes: 's separator o output-separator c N' },
  ...each('fold fmt', { ...READER, takes: 'w width g p' }),
  ...each('expand unexpand', { ...READER, takes: 't tabs' }),
  pr: { ...READER, takes: 'l w o h' },
  hexdump: { ...READER, takes: 'n s e f' },
  od: { ...READER, takes: 'A j N S t' },
  strings: { ...READER, takes: 'n t e bytes radix' },
  cmp: { ...READER, takes: 'n i' },
  ...each('diff diff3', { ...READER, takes: 'x exclude I F label U C' }),
  cloc: { ...READER, takes: 'exclude-dir exclude-ext include-lang' },
  cat: { act: 'shell/inspect', handle: cat },
  ...each('bat batcat', {
    ...READER,
    takes: 'l language style theme r line-range H p-value color paging tabs wrap',
    options: { 'pager config-file': 'execute/option' },
  }),
  ...each('less more', {
    ...READER,
    takes:
      'o O log-file LOG-FILE k lesskey-file lesskey-src p pattern P prompt t tag T tag-file x tabs y z window j h b',
    options: { 'k lesskey-file lesskey-src': 'execute/option', 'o O log-file LOG-FILE': 'write' },
    handle: pager,
  }),
  rev: { ...READER, prints: TAINT.decoded },
  uniq: { act: 'shell/inspect', takes: 'f s w skip-fields skip-chars check-chars', operands: 'last-written' },
  sort: {
    ...READER,
    takes:
      'k key t field-separator o output S buffer-size T temporary-directory parallel batch-size compress-program',
    options: { 'o output': 'write', 'compress-program': 'execute/option', 'files0-from': 'list' },
  },
  shuf: { ...READER, takes: 'n head-count i input-range o output', options: { 'o output': 'write' } },
  tr: { act: 'shell/inspect', handle: translate },
  ...each('grep egrep fgrep zgrep', {
    act: 'shell/inspect',
    takes:
      'e regexp f file m max-count A B C after-context before-context context include exclude exclude-dir color d D label',
    handle: search,
  }),
  ...each('rg ripgrep', {
    act: 'shell/inspect',
    takes:
      'e regexp f file g glob t type T type-not m max-count A B C after-context before-context context max-depth d iglob j threads r replace color colors sort sortr encoding E M max-columns',
    options: { 'pre pre-glob': 'execute/option', 'hostname-bin': 'execute/option' },
    handle: search,
  }),
  ag: {
    act: 'shell/inspect',
    takes: 'A B C G ignore m depth',
    options: { pager: 'execute/option' },
    handle: search,
  },
  ack: {
    act: 'shell/inspect',
    takes: 'A B C m ignore-dir type ackrc pager',
    options: { 'pager ackrc': 'execute/option' },
    handle: search,
  },
  ...each('jq yq xq gojq dasel', { act: 'shell/inspect', handle: query }),
  dc: { act: 'shell/inspect', takes: 'e f expression file', handle: calculate },
  ...each('base64 base32 basenc', {
    ...READER,
    takes: 'w wrap i input o output',
    handle: decoder(['d', 'D', 'decode']),
  }),
  ...each('xxd uudecode', {
    act: 'shell/inspect',
    operands: 'last-written',
    takes: 'l len s seek c cols g groupsize o',
    handle: decoder(['r', 'revert']),
  }),
  ...each('gunzip gzip bzip2 bunzip2 xz unxz zstd unzstd lz4', {
    act: 'filesystem/compress',
    operands: 'write',
    options: { 'r recursive': 'filesystem/rename-many' },
    prints: TAINT.decoded,
  }),
  iconv: {
    ...READER,
    takes: 'f t from-code to-code o output',
    options: { 'o output': 'write' },
    prints: TAINT.decoded,
  },
  ...each('sed gsed', { handle: sed }),
  // Replaces in the files that it is given, unless it only previews.
  sd: { act: 'shell/output', takes: 'f flags n max-replacements', handle: replaceIn },
  ...each('awk gawk mawk nawk', { handle: awk }),
  find: { handle: find },
  ...each('fd fdfind', { handle: fd }),
  'ast-grep': {
    act: 'shell/inspect',
    takes: 'p pattern l lang r rewrite rule config c globs',
    options: { 'c config': 'read' },
    handle: rewriteCode,
  },
  ...each('man info apropos whatis tldr help', {
    act: 'shell/inspect',
    takes: 'P pager s C config-file M manpath S sections',
    options: { 'H html C config-file init-file': 'execute/option' },
    handle: manual,
  }),
  ...each('locate mlocate plocate', { act: 'shell/inspect', handle: locate }),
  getent: { handle: directory },
  xmllint: {
    ...READER,
    takes: 'xpath output schema',
    singleDash: true,
    options: {
      output: 'write',
      shell: 'execute/interactive',
      // What the document names is read as well, wherever that is.
      'noent xinclude dtdload loaddtd dtdvalid dtdattr path catalogs': 'execute/option',
    },
  },
  envsubst: { act: 'shell/inspect', handle: substituteVariables },
  ...each('bc factor numfmt', INSPECT),
}

/** Lists folders. What `ls` prints are names below them; with `-d` the words themselves. */
function list(call: Call, options: Options): Stream | undefined {
  const { operands } = options
  const folders = operands.length === 0 ? [literal('.')] : operands
  for (const folder of folders) lookInto(folder, call.walk)
  if (call.name !== 'ls' || folders.length > 8 || !folders.every(isKnown) || hasOption(options, 'l'))
    return undefined
  const named = hasOption(options, 'd', 'directory')
  const below = folders.map(({ text }) => (named ? text.replace(/\/[^/]*$/, '') : text))
  // Names without their folder are looked for where the shell stands.
  if (!named && operands.length > 0) below.push('.')
  return { text: undefined, taint: taintOf(folders), below }
}

/** The first terabyte of /dev/zero has to go somewhere. */
function endless(call: Call, options: Options): Stream | undefined {
  const many = optionValues(options, 'c', 'bytes').some(({ text }) =>
    /\d{11}|\d\s*[TPE]|\d{2,}\s*G/i.test(text),
  )
  if (many && options.operands.some(({ text }) => ENDLESS.test(text)))
    call.walk.findings.note('system', 'exhaust', `${call.name} without end`)
  // tail keeps what may be the last until there is no more.
  else if (call.name === 'tail' && options.operands.some(({ text }) => ENDLESS.test(text)))
    call.walk.findings.note('system', 'exhaust', 'tail without end')
  const none = optionValues(options, 'c', 'bytes', 'n', 'lines')
  return none.length > 0 && none.every(({ text }) => text === '0') ? QUIET : undefined
}
const ENDLESS = /^\/dev\/(zero|u?random|full)$/

/** The machine's lists of people and hosts; `shadow` holds passwords, a host is asked for by its name. */
function directory(call: Call, options: Options): Stream {
  const [database, ...keys] = options.operands
  const { findings } = call.walk
  const text = `getent ${join(call.args).text}`
  if (/^g?shadow$/.test(database?.text ?? '')) findings.note('secrets', 'print', text)
  else if (!isKnown(join(keys))) findings.note('network', 'lookup-dynamic', text)
  else findings.note('shell', 'inspect', text)
  return printsUnknown()
}

function cat(call: Call, options: Options): Stream {
  let taint = 0
  if (options.operands.some(({ text }) => ENDLESS.test(text))) {
    call.walk.findings.note('system', 'exhaust', 'cat without end')
  }
  let nothing = options.operands.length > 0
  let below: readonly string[] | undefined = []
  for (const operand of options.operands) {
    const stream = operand.text === '-' ? call.stdin : readFile(operand, call.walk)
    taint |= stream?.taint ?? 0
    below = below === undefined || stream?.below === undefined ? undefined : [...below, ...stream.below]
    nothing &&= stream?.text === ''
  }
  if (nothing) return QUIET
  if (options.operands.length === 0 && call.stdin !== undefined) return call.stdin
  return {
    text: undefined,
    taint: taint | (call.stdin?.taint ?? 0),
    below: below?.length === 0 ? undefined : below,
  }
}

/** `less +!command` runs a command. */
function pager(call: Call): undefined {
  for (const { text } of call.args) {
    if (/^\+.*[!|v]|^[!|]/.test(text)) call.walk.findings.note('execute', 'option', `${call.name} ${text}`)
  }
  return undefined
}

/** `tr` that maps letters to letters (rot13) or strips padding hides what a text says. */
function translate(call: Call): Stream {
  const hides =
    !call.args.some((arg) => /^-\w*[dsc]/.test(arg.text)) &&
    call.args.every((arg) => /[A-Za-z0-9]/.test(arg.text)) &&
    !/upper|lower/.test(join(call.args).text) &&
    !/^A-Z a-z$|^a-z A-Z$/.test(join(call.args).text)
  return printsUnknown((call.stdin?.taint ?? 0) | (hides ? TAINT.decoded : 0))
}

/** jq and yq: a program, then files. Programs can read the environment, yq's also files. */
function query(call: Call): Stream {
  const options = readOptions(call.args, {
    takes: new Set([
      'arg',
      'argjson',
      'slurpfile',
      'rawfile',
      'indent',
      'f',
      'from-file',
      'L',
      'p',
      'o',
      'I',
      'input-format',
      'output-format',
      'tab',
    ]),
  })
  const { walk } = call
  // `--arg name value` takes two words.
  const pairs = call.args.filter(({ text }) => /^--(arg|argjson)$/.test(text)).length
  const files = call.args.flatMap(({ text }, i) =>
    /^--(slurpfile|rawfile)$/.test(text) ? [call.args[i + 2]] : [],
  )
  for (const file of [...optionValues(options, 'f', 'from-file'), ...files])
    if (file !== undefined) readFile(file, walk)
  const filed = hasOption(options, 'f', 'from-file')
  const words = options.operands.slice(pairs + files.length)
  const evaluates = /^(e|eval|ea|eval-all)$/.test(words[0]?.text ?? '') ? 1 : 0
  const program = filed ? '' : (words[evaluates]?.text ?? '')
  let taint = call.stdin?.taint ?? 0
  // What holds credentials is asked for them.
  if ((taint & TAINT.secret) !== 0 && (namesSecret(program) || /\bEnv(ironment)?\b/.test(program)))
    walk.findings.note('secrets', 'print', `${call.name} ${program}`)
  if (/\$ENV\b|\benv\b|\benv\(|strenv\(/.test(program)) {
    taint |= TAINT.secret
    if (namesSecret(program) || /(^|[|(,\s])(env|\$ENV)\s*($|[|),])/.test(program))
      walk.findings.note('secrets', 'print', `${call.name} ${program}`)
  }
  if (program.includes('=') && PLANTED.test(program))
    walk.findings.note('persistence', 'planted', `${call.name} ${program}`)
  for (const [, path] of program.matchAll(/\bload\w*\(\s*"([^"]*)"/g)) readFile(literal(path ?? ''), walk)
  if (/\bload\w*\(\s*[^"\s]/.test(program)) walk.findings.note('execute', 'dynamic', program)
  const inPlace = call.name !== 'jq' && hasOption(options, 'i', 'in-place', 'inplace')
  for (const file of words.slice(evaluates + (filed ? 0 : 1))) {
    if (inPlace) writeFile(file, walk)
    else if (file.text !== '-') taint |= readFile(file, walk).taint
  }
  return printsUnknown(taint)
}

/** A manual is shown by whatever program it is told to. */
function manual(call: Call, options: Options): undefined {
  for (const { text } of optionValues(options, 'P', 'pager'))
    if (!/^(cat|less|more|most)( -\w+)*$/.test(text))
      call.walk.findings.note('execute', 'option', `man -P ${text}`)
  return undefined
}

/** ast-grep looks for code, and changes it in place when it is told to. */
function rewriteCode(call: Call, options: Options): undefined {
  if (!hasOption(options, 'U', 'update-all', 'i', 'interactive')) return undefined
  const [, ...paths] = options.operands
  for (const path of paths.length === 0 ? [literal('./?*')] : paths) writeFile(path, call.walk)
  return undefined
}

function replaceIn(call: Call, options: Options): undefined {
  for (const file of options.operands.slice(2)) {
    if (hasOption(options, 'p', 'preview')) readFile(file, call.walk)
    else writeFile(file, call.walk)
  }
  return undefined
}

/** dc runs the rest of a line that starts with `!`. */
function calculate(call: Call, options: Options): Stream {
  for (const { text } of [...optionValues(options, 'e', 'expression'), { text: call.stdin?.text ?? '' }]) {
    const command = /!([^<>=].*)/.exec(text)?.[1]
    if (command === undefined) continue
    call.walk.findings.note('execute', 'option', `dc !${command}`)
    runText(command, call.walk, undefined)
  }
  return printsUnknown(call.stdin?.taint ?? 0)
}

function decoder(options: readonly string[]) {
  return (call: Call, given: Options): Stream => {
    const taint = given.operands.reduce(
      (all, operand) => all | (operand.taint & TAINT.secret),
      call.stdin?.taint ?? 0,
    )
    const secret = given.operands.some((operand) => (readFile(operand, call.walk).taint & TAINT.secret) !== 0)
      ? TAINT.secret
      : 0
    return printsUnknown(
      taint | secret | (hasOption(given, ...options) || call.name === 'uudecode' ? TAINT.decoded : 0),
    )
  }
}

/** `cut -d= -f1` leaves the names of variables. */
function namesOnly(call: Call, options: Options): Stream | undefined {
  const [delimiter] = optionValues(options, 'd', 'delimiter')
  const [fields] = optionValues(options, 'f', 'fields')
  const isEqualSign = delimiter?.text === '=' || call.args.some(({ text }) => text === '-d=')
  if (!isEqualSign || fields?.text !== '1') return undefined
  return printsUnknown((call.stdin?.taint ?? 0) & ~(TAINT.secret | TAINT.variables))
}

/** A template that names a credential's variable prints it. */
function substituteVariables(call: Call): undefined {
  const template = call.stdin?.text ?? ''
  if ([...template.matchAll(/\$\{?(\w+)/g)].some(([, name]) => isSecretVariable(name ?? '')))
    call.walk.findings.note('secrets', 'print', `envsubst ${template.trim().slice(0, 200)}`)
  return undefined
}

/** Most numbers that are counted out. */
const MAX_SEQUENCE = 256

/** `seq last`, `seq first last`, `seq first step last`, in whole numbers. */
function sequence(call: Call, options: Options): Stream {
  // Ten digits of lines fill any disk.
  if (call.args.some(({ text }) => /^\d{10,}$|^inf/i.test(text)))
    call.walk.findings.note('system', 'exhaust', shown(call))
  const numbers = options.operands.map(({ text }) => (/^-?\d{1,9}$/.test(text) ? Number(text) : Number.NaN))
  const [first = Number.NaN, second = 1, third = second] = numbers
  const [from, step, to] =
    numbers.length === 1 ? [1, 1, first] : numbers.length === 2 ? [first, 1, second] : [first, second, third]
  const count = Math.floor((to - from) / step) + 1
  const isPlain = options.given.size === 0 && count >= 0 && count <= MAX_SEQUENCE
  if (!isPlain) return printsUnknown(taintOf(call.args))
  return { text: Array.from({ length: count }, (_, i) => `${from + i * step}\n`).join(''), taint: 0 }
}
