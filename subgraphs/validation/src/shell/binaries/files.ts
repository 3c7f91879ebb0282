import { hasOption, optionValues } from '../options.js'
import { emptyFile, isNothing, noteListed, notePlanted, readFile } from '../redirect.js'
import { writeFile } from '../invoke.js'
import { isKnown, literal, TAINT, UNKNOWN } from '../value.js'
import type { Stream, Value } from '../value.js'
import { placeOfPath, QUIET } from '../walk.js'
import type { Walk } from '../walk.js'
import { each } from './each.js'
import type { Call, SpecTable } from './spec.js'
import type { Options } from '../options.js'

/** Binaries that make, change, move and delete files. */
export const FILES: SpecTable = {
  ...each('rm unlink rmdir srm trash trash-put rimraf del-cli', { handle: remove }),
  shred: { takes: 'n iterations s size', handle: shred },
  mv: { takes: 't target-directory S suffix', handle: move },
  ...each('cp install', { takes: 't target-directory S suffix m mode o owner g group', handle: copy }),
  ln: { takes: 't target-directory S suffix', handle: link },
  mkdir: { act: 'shell/output', takes: 'm mode', operands: 'write' },
  touch: {
    act: 'shell/output',
    takes: 'd date t r reference',
    operands: 'write',
    options: { 't d date r reference': 'system/timestamps' },
  },
  mktemp: { takes: 'p tmpdir suffix', handle: temporary },
  truncate: { takes: 's size r reference', operands: 'write', handle: shorten },
  fallocate: { takes: 'l length o offset', operands: 'write', handle: reserve },
  mkfifo: { operands: 'write' },
  mknod: { act: 'system/device-node' },
  tee: { handle: tee },
  sponge: { operands: 'write' },
  chmod: { takes: 'reference', handle: changeMode },
  ...each('chown chgrp', { takes: 'reference from', handle: changeOwner }),
  ...each('chattr setfacl setfattr xattr', { act: 'privilege/attributes' }),
  setcap: { act: 'privilege/setuid' },
  dd: { handle: dataDump },
  split: {
    takes: 'n number l lines b bytes a suffix-length d',
    act: 'shell/output',
    options: { filter: 'execute/option' },
    handle: cutUp,
  },
  csplit: { act: 'shell/output', takes: 'f prefix b suffix-format n digits', handle: cutUp },
  patch: { takes: 'i input p strip d directory o output r reject-file', handle: patch },
  ...each('dos2unix unix2dos', { act: 'shell/output', operands: 'write' }),
  rename: { act: 'filesystem/rename-many' },
}

function remove(call: Call, options: Options) {
  const recursive =
    hasOption(options, 'r', 'R', 'recursive') || ['rimraf', 'trash', 'trash-put'].includes(call.name)
  const force = hasOption(options, 'f', 'force') || call.name === 'rimraf'
  noteDeletes(call, options.operands, { recursive, force, filtered: false, empty: call.name === 'rmdir' })
  if (options.operands.length === 0) call.walk.findings.note('shell', 'inspect', call.name)
  return QUIET
}

interface Manner {
  readonly recursive: boolean
  readonly force: boolean
  readonly filtered: boolean
  /** Only directories with nothing in them. */
  readonly empty?: boolean
  /** Overwritten, so that nothing brings it back. */
  readonly thorough?: boolean
}

export function noteDeletes(call: Call, targets: readonly Value[], manner: Manner): void {
  for (const target of targets) {
    const fact = placeOfPath(target, call.walk)
    call.walk.findings.path('delete', fact, {
      ...manner,
      glob: target.glob,
      // This very command has made it.
      made: call.walk.shared.written.has(fact.path),
    })
  }
}

function shred(call: Call, options: Options) {
  for (const target of options.operands) {
    const fact = placeOfPath(target, call.walk)
    if (fact.zone === 'device') call.walk.findings.note('system', 'overwrite-disk', fact.path)
    // What is shredded cannot be had back from anywhere.
    else noteDeletes(call, [target], { recursive: true, force: true, filtered: false, thorough: true })
  }
  return QUIET
}

function targets(options: Options): { sources: readonly Value[]; target: Value | undefined } {
  const directory = optionValues(options, 't', 'target-directory')[0]
  if (directory !== undefined) return { sources: options.operands, target: directory }
  return { sources: options.operands.slice(0, -1), target: options.operands.at(-1) }
}

function move(call: Call, options: Options) {
  const { sources, target } = targets(options)
  const lands = target === undefined ? 'project' : placeOfPath(target, call.walk).zone
  for (const source of sources) {
    const fact = placeOfPath(source, call.walk)
    // What leaves the project is looked for there in vain.
    const leaves = fact.zone.startsWith('project') && !lands.startsWith('project')
    call.walk.findings.path('move', fact, { glob: source.glob, leaves })
  }
  if (target === undefined) return QUIET
  // What is moved to /dev/null is gone, and so is all but the last of what is moved to one name.
  const gone = placeOfPath(target, call.walk).zone === 'sink' || isReplaced(sources, target, options, call)
  writeFile(target, call.walk)
  if (gone) noteDeletes(call, sources, { recursive: true, force: true, filtered: false })
  return QUIET
}

/** Whatever is not a folder by its slash, or by its name where this very command has made it. */
function isFile(target: Value, options: Options, walk: Walk): boolean {
  if (hasOption(options, 'T', 'no-target-directory')) return true
  if (/(^|\/)\.{0,2}$/.test(target.text)) return false
  const { path, name } = placeOfPath(target, walk)
  return name.includes('.') || !walk.shared.written.has(path)
}

/** One file after the other takes the name that the one before it got. */
function isReplaced(sources: readonly Value[], target: Value, options: Options, { walk }: Call): boolean {
  const [source] = sources
  return (
    walk.repeated &&
    source !== undefined &&
    sources.length === 1 &&
    (source.glob || !isKnown(source)) &&
    isKnown(target) &&
    !target.glob &&
    !hasOption(options, 'n', 'no-clobber', 'b', 'backup', 't', 'target-directory') &&
    isFile(target, options, walk)
  )
}

function copy(call: Call, options: Options) {
  const { sources, target } = targets(options)
  let taint = 0
  let nothing = sources.length > 0
  for (const source of sources) {
    const stream = readFile(source, call.walk)
    taint |= stream.taint
    nothing &&= isNothing(stream)
  }
  if (target !== undefined) {
    if (nothing) emptyFile(target, call.walk)
    if (isFilledIn(sources, target))
      call.walk.findings.path('write', placeOfPath(target, call.walk), { append: false, fromExample: true })
    else writeFile(target, call.walk)
    // Whatever the pattern's last name is, is overwritten.
    if (target.glob && /\*[^/]*\.\w+$/.test(target.text))
      call.walk.findings.note('filesystem', 'write-computed', `${call.name} ${target.text}`)
    if (target.glob && nothing) noteDeletes(call, [target], { recursive: false, force: true, filtered: true })
    if ((taint & TAINT.network) !== 0) call.walk.shared.downloaded.add(placeOfPath(target, call.walk).path)
  }
  const mode = optionValues(options, 'm', 'mode')[0]
  if (mode !== undefined && call.name === 'install' && target !== undefined)
    noteMode(call, mode.text, target, false)
  return QUIET
}

/** `cp .env.example .env`: a file of settings that is made from its own example. */
function isFilledIn(sources: readonly Value[], target: Value): boolean {
  const [, from] = /^(.*)[.-](?:example|sample|template|dist)$/.exec(sources[0]?.text ?? '') ?? []
  return (
    sources.length === 1 && from !== undefined && (target.text === from || target.text.startsWith(`${from}.`))
  )
}

/** A link lets later writes reach its target under another name, so the target counts as written. */
function link(call: Call, options: Options) {
  const { sources, target } = targets(options)
  const symbolic = hasOption(options, 's', 'symbolic') && target !== undefined
  for (const source of sources) {
    // What a symbolic link holds is read from where the link is, not from where it was made.
    const from =
      symbolic && !/^[/~\u0000]/.test(source.text)
        ? { ...source, text: `${linkFolder(target.text)}/${source.text}` }
        : source
    call.walk.findings.path('link', placeOfPath(from, call.walk))
  }
  // A link that takes the place of something in the project leads out of it.
  const replaces =
    hasOption(options, 'f', 'force') &&
    sources.some(
      (source) => /^[/~]/.test(source.text) && !placeOfPath(source, call.walk).zone.startsWith('project'),
    )
  if (target !== undefined && replaces) emptyFile(target, call.walk)
  else if (target !== undefined) writeFile(target, call.walk)
  return QUIET
}

/** What is cut to nothing is as good as deleted. Only `+` and `>` never shorten. */
function shorten(call: Call, options: Options) {
  const grows = optionValues(options, 's', 'size').every(({ text }) => /^[+>]/.test(text))
  if (!grows || hasOption(options, 'r', 'reference')) emptyEach(options.operands, call)
  return reserve(call, options)
}

/** One file by name may be emptied when it is nobody's work, a whole pattern is asked about. */
function emptyEach(files: readonly Value[], call: Call): void {
  for (const file of files) emptyFile(file, call.walk)
  const many = files.filter((file) => file.glob)
  if (many.length > 0) noteDeletes(call, many, { recursive: false, force: true, filtered: true })
}

/** A file of tens of gigabytes fills the disk; a hole in one is a part of it lost. */
function reserve(call: Call, options: Options) {
  if (
    hasOption(options, 'p', 'punch-hole', 'c', 'collapse-range', 'z', 'zero-range') &&
    call.name === 'fallocate'
  )
    emptyEach(options.operands, call)
  for (const { text } of optionValues(options, 's', 'size', 'l', 'length')) {
    if (/\d{12}|\d{2,}\s*G|[TPE]/i.test(text)) {
      call.walk.findings.note('system', 'exhaust', `${call.name} ${text}`)
    }
  }
  return undefined
}

/** GNU patch itself refuses paths that lead out of its directory. */
function patch(call: Call, options: Options) {
  const { walk } = call
  for (const input of optionValues(options, 'i', 'input')) readFile(input, walk)
  for (const output of optionValues(options, 'o', 'output', 'r', 'reject-file')) writeFile(output, walk)
  writeFile(optionValues(options, 'd', 'directory')[0] ?? options.operands[0] ?? literal('./?*'), walk)
  const fetched = ((call.stdin?.taint ?? 0) & TAINT.network) !== 0
  walk.findings.note('filesystem', fetched ? 'unpack-downloaded' : 'patch', 'patch')
  return QUIET
}

/** mktemp makes its file in the temporary directory, unless it is told another. */
function temporary(call: Call, options: Options): Stream {
  const [template] = options.operands
  const [directory] = optionValues(options, 'p', 'tmpdir')
  const named = template?.text.includes('/') === true
  for (const path of [...(named ? [template] : []), ...(directory === undefined ? [] : [directory])])
    writeFile(path, call.walk)
  const here = template !== undefined && !hasOption(options, 't', 'p', 'tmpdir')
  const folder = named ? linkFolder(template.text) : (directory?.text ?? (here ? '.' : '/tmp'))
  call.walk.findings.note('shell', 'inspect', 'mktemp')
  return { text: undefined, taint: 0, below: [folder] }
}

/** split and csplit name their parts after a prefix, which may lie anywhere. */
function cutUp(call: Call, options: Options): undefined {
  const [source, prefix] = options.operands
  const named = call.name === 'csplit' ? optionValues(options, 'f', 'prefix')[0] : prefix
  if (source !== undefined && source.text !== '-') readFile(source, call.walk)
  const from = named ?? literal('x')
  writeFile({ ...from, text: `${from.text}?*`, glob: true }, call.walk)
  return undefined
}

function linkFolder(target: string): string {
  const at = target.lastIndexOf('/')
  return at === -1 ? '.' : target.slice(0, at) || '/'
}

function tee(call: Call, options: Options) {
  const stream = call.stdin ?? { text: undefined, taint: 0 }
  for (const target of options.operands) {
    writeFile(target, call.walk)
    notePlanted(stream.text, target, call.walk)
    noteListed(stream, target, call.walk, hasOption(options, 'a', 'append'))
    if (isNothing(stream) && !hasOption(options, 'a', 'append')) emptyFile(target, call.walk)
    if ((stream.taint & TAINT.network) !== 0)
      call.walk.shared.downloaded.add(placeOfPath(target, call.walk).path)
  }
  if (options.operands.length === 0) call.walk.findings.note('shell', 'output', 'tee')
  return stream
}

function changeMode(call: Call, options: Options) {
  const recursive = hasOption(options, 'R', 'recursive')
  // `chmod -x file`: a mode that looks like an option.
  const symbolic = call.args.find((arg) => /^-[rwxXst]+$/.test(arg.text))
  const operands = symbolic === undefined ? options.operands : [symbolic, ...options.operands]
  const reference = hasOption(options, 'reference')
  const mode = reference ? UNKNOWN : (operands[0]?.text ?? '')
  for (const target of reference ? operands : operands.slice(1)) noteMode(call, mode, target, recursive)
  return QUIET
}

function noteMode(call: Call, mode: string, target: Value, recursive: boolean): void {
  const octal = /^0*([0-7]{3,4})$/.exec(mode)?.[1]
  const world =
    octal === undefined
      ? /(^|,)(a|o|[ugoa]*o[ugoa]*|)[+=][rxX]*w/.test(mode)
      : (Number.parseInt(octal, 8) & 0o002) !== 0
  const setuid = octal === undefined ? /[+=][rwxX]*s/.test(mode) : octal.length === 4 && /^[2467]/.test(octal)
  // Nobody can read it any more, its owner included: as good as not knowing what it leads to.
  const locked =
    octal === undefined ? /(^|,)(a|u|ugo)?-\w*r/.test(mode) : (Number.parseInt(octal, 8) & 0o400) === 0
  const unknown = mode.includes(UNKNOWN) || (recursive && locked)
  call.walk.findings.path('mode', placeOfPath(target, call.walk), {
    mode: mode.replaceAll(UNKNOWN, '?'),
    recursive,
    world,
    setuid,
    unknown,
  })
}

function changeOwner(call: Call, options: Options) {
  const recursive = hasOption(options, 'R', 'recursive')
  const [owner, ...targetsOf] = options.operands
  for (const target of targetsOf) {
    call.walk.findings.path('owner', placeOfPath(target, call.walk), {
      recursive,
      root: call.name === 'chown' && /^(root|0)(:|\.|$)/.test(owner?.text ?? ''),
    })
  }
  return QUIET
}

function dataDump(call: Call) {
  let noted = false
  const blank = call.args.some((arg) => /^if=\/dev\/(null|zero|u?random|full)$/.test(arg.text))
  for (const arg of call.args) {
    const [, key, path] = /^(if|of)=([\s\S]*)$/.exec(arg.text) ?? []
    if (key === undefined || path === undefined) continue
    noted = true
    if (key === 'if') {
      readFile({ ...arg, text: path }, call.walk)
      continue
    }
    const fact = placeOfPath({ ...arg, text: path }, call.walk)
    if (fact.zone === 'device') call.walk.findings.note('system', 'overwrite-disk', fact.path)
    else {
      writeFile({ ...arg, text: path }, call.walk)
      if (blank) emptyFile({ ...arg, text: path }, call.walk)
      if (arg.glob)
        noteDeletes(call, [{ ...arg, text: path }], { recursive: false, force: true, filtered: true })
    }
  }
  const endless = call.args.some((arg) => /^if=\/dev\/(zero|u?random|full)$/.test(arg.text))
  const giant = call.args.some((arg) => /^bs=\d+\s*[GTPE]/i.test(arg.text))
  const small = call.args.some((arg) => (giant ? /^count=\d$/ : /^count=\d{1,3}$/).test(arg.text))
  if (endless && !small) call.walk.findings.note('system', 'exhaust', 'dd without end')
  if (!noted) call.walk.findings.note('shell', 'output', 'dd')
  return undefined
}
