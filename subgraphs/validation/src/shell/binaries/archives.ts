import { writeFile } from '../invoke.js'
import { hasOption, optionValues } from '../options.js'
import type { Options } from '../options.js'
import { readFile, readList, readListed } from '../redirect.js'
import { join, literal, TAINT } from '../value.js'
import type { Stream, Value } from '../value.js'
import { placeOfPath, printsUnknown, runText } from '../walk.js'
import type { Walk } from '../walk.js'
import { each } from './each.js'
import type { Call, SpecTable } from './spec.js'

const ARCHIVE_TAKES =
  'f file C directory X exclude exclude-from T files-from g strip-components I use-compress-program to-command checkpoint checkpoint-action rsh-command F info-script new-volume-script transform xform b'

/** Options of tar whose value is a program. */
function notePrograms(options: Options, walk: Walk): void {
  for (const name of [
    'to-command',
    'checkpoint-action',
    'I',
    'use-compress-program',
    'rsh-command',
    'F',
    'info-script',
    'new-volume-script',
  ]) {
    for (const value of optionValues(options, name)) {
      if (
        /^((gzip|bzip2|xz|zstd|pigz|lz4)( -\S+)*|dot|bell|totals|echo(=[^`$]*)?|ttyout=[^`$]*|sleep=\d+)$/.test(
          value.text,
        )
      )
        continue
      walk.findings.note('execute', 'option', `tar --${name}=${value.text}`)
      runText(value.text.replace(/^exec=/, ''), walk, undefined)
    }
  }
}

/** tar: what it packs it reads, what it unpacks it writes; some options run programs. */
function tar(call: Call, options: Options): Stream {
  const { walk } = call
  const bundled = /^[a-zA-Z]+$/.test(call.args[0]?.text ?? '') ? (call.args[0]?.text ?? '') : ''
  const operands = bundled === '' ? options.operands : options.operands.slice(1)
  notePrograms(options, walk)
  // In a bundle without a dash the programs stand among the operands.
  if (/[FI]/.test(bundled)) walk.findings.note('execute', 'option', join(call.args).text)
  for (const file of optionValues(options, 'g', 'listed-incremental', 'index-file', 'volno-file'))
    writeFile(file, walk)
  for (const folder of optionValues(options, 'one-top-level')) writeFile(folder, walk)
  if (hasOption(options, 'transform', 'xform', 'recursive-unlink'))
    walk.findings.note('filesystem', 'unpack-anywhere', join(call.args).text)
  const extracts = hasOption(options, 'x', 'extract', 'get') || bundled.includes('x')
  const creates = hasOption(options, 'c', 'create', 'r', 'append', 'u', 'update') || /[cru]/.test(bundled)
  const archives = bundled.includes('f') ? operands.slice(0, 1) : optionValues(options, 'f', 'file')
  const rest = bundled.includes('f') ? operands.slice(1) : operands
  // `host:file` is a file of another machine, unless it is said not to be.
  for (const { text } of archives)
    if (/^[\w.@-]+:/.test(text) && !hasOption(options, 'force-local'))
      walk.findings.note('network', 'remote-shell', `tar ${text}`)
  let taint = call.stdin?.taint ?? 0
  if (extracts) {
    for (const archive of archives) if (archive.text !== '-') taint |= readFile(archive, walk).taint
    const into = optionValues(options, 'C', 'directory')[0] ?? literal('.')
    writeFile(into, walk)
    noteOver(
      archives.filter(({ text }) => text !== '-'),
      into,
      call,
    )
    walk.findings.note(
      'filesystem',
      hasOption(options, 'P', 'absolute-names') || bundled.includes('P')
        ? 'unpack-anywhere'
        : (taint & TAINT.network) !== 0
          ? 'unpack-downloaded'
          : 'unpack',
      join(call.args).text,
    )
  } else if (creates) {
    taint |= readPacked(rest, options, call)
    for (const archive of archives) if (archive.text !== '-') writeFile(archive, walk)
    if (hasOption(options, 'remove-files'))
      for (const source of rest)
        walk.findings.path('delete', placeOfPath(source, walk), {
          recursive: true,
          force: true,
          filtered: false,
          glob: source.glob,
        })
  } else for (const archive of archives) readFile(archive, walk)
  walk.findings.note('shell', 'output', 'tar')
  return printsUnknown(taint)
}

/** What tar packs: its operands, below the directory that it was told to go to, and the names in a list. */
function readPacked(sources: readonly Value[], options: Options, call: Call): number {
  const [directory] = optionValues(options, 'C', 'directory')
  const lists = optionValues(options, 'T', 'files-from')
  let taint = 0
  if (lists.length > 0 && directory !== undefined) taint |= readFile(directory, call.walk).taint
  for (const source of sources) {
    taint |= readFile(source, call.walk).taint
    if (directory !== undefined && !/^[/~]/.test(source.text))
      taint |= readFile({ ...source, text: `${directory.text}/${source.text}` }, call.walk).taint
  }
  for (const list of lists)
    taint |= list.text === '-' ? readListed(call.stdin, call.walk) : readList(list, call.walk)
  return taint
}

function zip(call: Call, options: Options): Stream {
  const [archive, ...sources] = options.operands
  if (archive !== undefined) writeFile(archive, call.walk)
  let taint = 0
  for (const source of sources) taint |= readFile(source, call.walk).taint
  if (hasOption(options, '@', 'names-stdin')) taint |= readListed(call.stdin, call.walk)
  for (const target of optionValues(options, 'O', 'out', 'output-file', 'b', 'temp-path'))
    writeFile(target, call.walk)
  if (hasOption(options, 'm', 'move'))
    for (const source of sources)
      call.walk.findings.path('delete', placeOfPath(source, call.walk), {
        recursive: true,
        force: true,
        filtered: false,
      })
  if (hasOption(options, 'T', 'TT', 'unzip-command'))
    call.walk.findings.note('execute', 'option', join(call.args).text)
  return printsUnknown(taint)
}

function unzip(call: Call, options: Options): Stream {
  const [archive] = options.operands
  if (archive !== undefined) readFile(archive, call.walk)
  if (hasOption(options, ':'))
    call.walk.findings.note('filesystem', 'unpack-anywhere', `unzip ${join(call.args).text}`)
  if (hasOption(options, 'l', 'v', 't', 'Z', 'p', 'c'))
    call.walk.findings.note('shell', 'inspect', 'unzip -l')
  else {
    const into = optionValues(options, 'd')[0] ?? literal('.')
    writeFile(into, call.walk)
    if (archive !== undefined) noteOver([archive], into, call)
  }
  return printsUnknown()
}

/** An archive from elsewhere that is unpacked over the project as a whole replaces whatever it likes in it. */
function noteOver(archives: readonly Value[], into: Value, call: Call): void {
  const over = placeOfPath(into, call.walk).zone === 'project-root'
  const foreign = archives.some((one) => !/^(project|unknown)/.test(placeOfPath(one, call.walk).zone))
  if (over && foreign)
    call.walk.findings.note('filesystem', 'unpack-anywhere', `${call.name} ${join(call.args).text}`)
}

/** Notes an archive that is unpacked into a directory. */
function unpack(call: Call, archives: readonly Value[], into: Value): void {
  let taint = call.stdin?.taint ?? 0
  for (const archive of archives) taint |= readFile(archive, call.walk).taint
  writeFile(into, call.walk)
  const fetched = (taint & TAINT.network) !== 0
  call.walk.findings.note(
    'filesystem',
    fetched ? 'unpack-downloaded' : 'unpack',
    `${call.name} ${join(call.args).text}`,
  )
}

/** 7z and rar: a verb, an archive, files; where to unpack to stands behind `-o` without a space. */
function sevenZip(call: Call): Stream {
  const { walk, args } = call
  const words = args.filter(({ text }) => !text.startsWith('-'))
  const [verb, archive, ...rest] = words
  const into = args.find(({ text }) => /^-(o|op).+/.test(text))
  if (verb === undefined || archive === undefined || /^([lthib]|lb|lt|v|vb)$/.test(verb.text)) {
    for (const file of words.slice(1)) readFile(file, walk)
    walk.findings.note('shell', 'inspect', call.name)
  } else if (/^[xe]$/.test(verb.text)) {
    const folder = rest.at(-1)
    const named =
      call.name.endsWith('rar') && folder !== undefined && /\/$/.test(folder.text) ? folder : literal('.')
    unpack(call, [archive], into === undefined ? named : { ...into, text: into.text.replace(/^-(op|o)/, '') })
  } else {
    writeFile(archive, walk)
    for (const file of rest)
      if (file.text.startsWith('@')) readList({ ...file, text: file.text.slice(1) }, walk)
      else readFile(file, walk)
    if (args.some(({ text }) => /^-(sdel|df|dw)$/.test(text)) || verb.text === 'm')
      for (const source of rest)
        walk.findings.path('delete', placeOfPath(source, walk), {
          recursive: true,
          force: true,
          filtered: false,
        })
  }
  return printsUnknown()
}

/** cpio writes to wherever the archive says, unless it is told to keep below its directory. */
function cpio(call: Call, options: Options): Stream {
  const { findings } = call.walk
  const text = `cpio ${join(call.args).text}`
  let taint = call.stdin?.taint ?? 0
  if (hasOption(options, 't', 'list')) findings.note('shell', 'inspect', text)
  else if (hasOption(options, 'i', 'extract')) {
    writeFile(optionValues(options, 'D', 'directory')[0] ?? literal('.'), call.walk)
    findings.note(
      'filesystem',
      hasOption(options, 'no-absolute-filenames') ? 'unpack' : 'unpack-anywhere',
      text,
    )
  } else {
    for (const target of [...options.operands, ...optionValues(options, 'O', 'F', 'file')])
      writeFile(target, call.walk)
    taint |= readListed(call.stdin, call.walk)
    findings.note('shell', 'output', text)
  }
  return printsUnknown(taint)
}

/** ar and jar take their verb as a bundle of letters: `tf`, `x`, `rcs`. */
function bundled(call: Call): Stream {
  const { walk, args } = call
  const [verb, archive, ...rest] = args
  const letters = (verb?.text ?? '').replace(/^-{1,2}/, '')
  const words = [archive, ...rest].filter((value) => value !== undefined)
  const text = `${call.name} ${join(args).text}`
  if (/^(t|p|list|help|version|d?escribe)/.test(letters) || letters === '' || archive === undefined) {
    for (const file of words) if (!file.text.startsWith('-')) readFile(file, walk)
    walk.findings.note('shell', 'inspect', text)
  } else if (/^(x|extract)/.test(letters)) {
    readFile(archive, walk)
    writeFile(literal('.'), walk)
    // ar has no folders: what is in the archive replaces files of the same name here.
    walk.findings.note('filesystem', call.name === 'jar' ? 'unpack' : 'unpack-anywhere', text)
  } else {
    writeFile(archive, walk)
    for (const file of rest) if (!file.text.startsWith('-')) readFile(file, walk)
    walk.findings.note('execute', 'build', text)
  }
  return printsUnknown()
}

/** What packs and unpacks. */
export const ARCHIVES: SpecTable = {
  ...each('tar bsdtar gtar', { takes: ARCHIVE_TAKES, handle: tar }),
  zip: { takes: 'x i P b n t tt O out output-file temp-path', handle: zip },
  ...each('7z 7za 7zr 7zz rar unrar', { handle: sevenZip }),
  unzip: { takes: 'd x P', handle: unzip },
  zipinfo: { act: 'shell/inspect', operands: 'read' },
  cpio: { takes: 'D directory F file O I E H format R owner M', handle: cpio },
  ...each('ar jar', { handle: bundled }),
}
