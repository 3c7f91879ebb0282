import { hasOption, optionValues } from '../options.js'
import type { Options } from '../options.js'
import { readFile } from '../redirect.js'
import { invoke, writeFile } from '../invoke.js'
import { hostOf } from './network.js'
import { join, literal, TAINT } from '../value.js'
import type { Stream } from '../value.js'
import { placeOfPath, printsUnknown, QUIET, runText } from '../walk.js'
import { acts, each } from './each.js'
import type { Call, SpecTable } from './spec.js'

const ARCHIVE_TAKES =
  'f file C directory X exclude exclude-from T files-from strip-components I use-compress-program to-command checkpoint checkpoint-action rsh-command F info-script new-volume-script transform b'

/** tar: what it packs it reads, what it unpacks it writes; some options run programs. */
function tar(call: Call, options: Options): Stream {
  const { walk } = call
  const bundled = /^[a-zA-Z]+$/.test(call.args[0]?.text ?? '') ? (call.args[0]?.text ?? '') : ''
  const operands = bundled === '' ? options.operands : options.operands.slice(1)
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
      if (/^(gzip|bzip2|xz|zstd|pigz|lz4)( -\S+)*$/.test(value.text)) continue
      walk.findings.note('execute', 'option', `tar --${name}=${value.text}`)
      runText(value.text.replace(/^exec=/, ''), walk, undefined)
    }
  }
  const extracts = hasOption(options, 'x', 'extract', 'get') || bundled.includes('x')
  const creates = hasOption(options, 'c', 'create', 'r', 'append', 'u', 'update') || /[cru]/.test(bundled)
  const archives = bundled.includes('f') ? operands.slice(0, 1) : optionValues(options, 'f', 'file')
  const rest = bundled.includes('f') ? operands.slice(1) : operands
  let taint = call.stdin?.taint ?? 0
  if (extracts) {
    for (const archive of archives) if (archive.text !== '-') taint |= readFile(archive, walk).taint
    writeFile(optionValues(options, 'C', 'directory')[0] ?? literal('.'), walk)
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
    for (const source of rest) taint |= readFile(source, walk).taint
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

function zip(call: Call, options: Options): Stream {
  const [archive, ...sources] = options.operands
  if (archive !== undefined) writeFile(archive, call.walk)
  let taint = 0
  for (const source of sources) taint |= readFile(source, call.walk).taint
  if (hasOption(options, 'T', 'TT', 'unzip-command'))
    call.walk.findings.note('execute', 'option', join(call.args).text)
  return printsUnknown(taint)
}

function unzip(call: Call, options: Options): Stream {
  const [archive] = options.operands
  if (archive !== undefined) readFile(archive, call.walk)
  if (hasOption(options, 'l', 'v', 't', 'Z')) call.walk.findings.note('shell', 'inspect', 'unzip -l')
  else writeFile(optionValues(options, 'd')[0] ?? literal('.'), call.walk)
  return printsUnknown()
}

/** Services: looking is harmless, the rest reaches everybody on the machine. */
function systemctl(call: Call, options: Options): Stream {
  const [verb = literal('status'), unit] = options.operands
  const text = `systemctl ${join(call.args).text}`
  const { findings } = call.walk
  if (/^(status|is-active|is-enabled|is-failed|list-\S+|show|cat|get-default|help)$/.test(verb.text))
    findings.note('shell', 'inspect', text)
  else if (/^(poweroff|reboot|halt|kexec|suspend|hibernate|emergency|rescue|isolate)$/.test(verb.text))
    findings.note('system', 'shutdown', text)
  else if (/^(enable|link|edit|set-default|unmask)$/.test(verb.text))
    findings.note('persistence', 'service', text)
  else if (
    /^(stop|disable|mask|kill)$/.test(verb.text) &&
    /audit|syslog|journald|firewall|fail2ban|apparmor|selinux|falco|osquery|crowdstrike|lighthouse|defender/i.test(
      unit?.text ?? '',
    )
  )
    findings.note('system', 'disable-watching', text)
  else findings.note('system', 'service', text)
  return QUIET
}

function service(call: Call, options: Options): Stream {
  const verb = options.operands[1]?.text
  call.walk.findings.note(
    verb === 'status' ? 'shell' : 'system',
    verb === 'status' ? 'inspect' : 'service',
    `service ${join(call.args).text}`,
  )
  return QUIET
}

function crontab(call: Call, options: Options): Stream {
  const text = `crontab ${join(call.args).text}`
  if (hasOption(options, 'l')) call.walk.findings.note('shell', 'inspect', text)
  else call.walk.findings.note('persistence', hasOption(options, 'r') ? 'remove-schedule' : 'schedule', text)
  if (((call.stdin?.taint ?? 0) & TAINT.network) !== 0) call.walk.findings.note('execute', 'download', text)
  if (call.stdin?.text !== undefined) {
    for (const line of call.stdin.text.split('\n').slice(0, 20))
      runText(line.replace(/^\s*(@\w+|(\S+\s+){5})/, ''), call.walk, undefined)
  }
  return QUIET
}

/** What is piped into `at` runs when its time has come. */
function later(call: Call): Stream {
  if (((call.stdin?.taint ?? 0) & TAINT.network) !== 0) call.walk.findings.note('execute', 'download', 'at')
  if (call.stdin?.text !== undefined) runText(call.stdin.text, call.walk, undefined)
  return QUIET
}

function mount(call: Call, options: Options): Stream {
  const lists = options.operands.length === 0 || hasOption(options, 'l', 'version')
  call.walk.findings.note(
    lists ? 'shell' : 'system',
    lists ? 'inspect' : 'mount',
    `mount ${join(call.args).text}`,
  )
  return QUIET
}

function sysctl(call: Call, options: Options): Stream {
  const sets =
    hasOption(options, 'w', 'write', 'p', 'load', 'system') ||
    options.operands.some((arg) => arg.text.includes('='))
  call.walk.findings.note(
    sets ? 'system' : 'shell',
    sets ? 'kernel' : 'inspect',
    `sysctl ${join(call.args).text}`,
  )
  return QUIET
}

function journalctl(call: Call, options: Options): Stream {
  const erases = hasOption(options, 'vacuum-size', 'vacuum-time', 'vacuum-files', 'rotate', 'flush')
  call.walk.findings.note(erases ? 'system' : 'shell', erases ? 'log-tamper' : 'inspect', 'journalctl')
  return printsUnknown()
}

/** A load on this machine's own server is a test; on another's an attack. */
function load(call: Call, options: Options): undefined {
  const urls = options.operands.filter(({ text }) => /[./:]/.test(text) || text === 'localhost')
  const local =
    urls.length > 0 && urls.every(({ text }) => /^(localhost|127\.0\.0\.1|\[::1\])$/.test(hostOf(text)))
  call.walk.findings.note(
    local ? 'execute' : 'network',
    local ? 'test' : 'scan',
    `${call.name} ${join(call.args).text}`,
  )
  return undefined
}

/** Converters write what they are given last. */
function convert(call: Call, options: Options): undefined {
  const inputs = optionValues(options, 'i')
  const { operands } = options
  const last = operands.at(-1)
  const writes = last !== undefined && (operands.length > 1 || inputs.length > 0)
  for (const input of [...inputs, ...(writes ? operands.slice(0, -1) : operands)]) readFile(input, call.walk)
  if (writes) writeFile(last, call.walk)
  // ImageMagick's own protocols run programs and read other files.
  if (call.args.some(({ text }) => /^(ephemeral|msl|mvg|https?|ftp|label:@|text):|^\||^@/.test(text)))
    call.walk.findings.note('execute', 'option', `${call.name} ${join(call.args).text}`)
  return undefined
}

function profile(call: Call): Stream {
  const at = call.args.findIndex(({ text }) => !text.startsWith('-'))
  const [name, ...args] = at === -1 ? [] : call.args.slice(at)
  for (const { text } of call.args.slice(0, Math.max(at, 0))) {
    const log = /^--[\w-]*(?:log-file|out-file)=(.*)$/.exec(text)?.[1]
    if (log !== undefined) writeFile(literal(log), call.walk)
    if (/^--(db-command|vgdb-prefix|trace-children-skip)/.test(text))
      call.walk.findings.note('execute', 'option', text)
  }
  if (name === undefined) call.walk.findings.note('shell', 'inspect', call.name)
  return name === undefined ? printsUnknown() : invoke(name, args, call.walk, call.stdin)
}

/** What is typed into another terminal runs there. */
function terminal(call: Call): undefined {
  if (/^-(ls|list)$/.test(call.args[0]?.text ?? '')) call.walk.findings.note('shell', 'inspect', call.name)
  return undefined
}

/** Lighthouse's own command: deciding is harmless, administering it is not an agent's business. */
const LIGHTHOUSE = acts({ 'validate explain status doctor events': 'shell/inspect' })

export const SYSTEM: SpecTable = {
  tar: { takes: ARCHIVE_TAKES, handle: tar },
  bsdtar: { takes: ARCHIVE_TAKES, handle: tar },
  ...each('zip 7z 7za rar', { takes: 'x i P', handle: zip }),
  ...each('unzip unrar', { takes: 'd x P', handle: unzip }),
  cpio: { act: 'filesystem/unpack' },
  systemctl: { takes: 'H M t type p property n lines', handle: systemctl },
  ...each('service rc-service', { handle: service }),
  launchctl: { act: 'persistence/service', subcommands: acts({ 'list print': 'shell/inspect' }) },
  crontab: { takes: 'u', handle: crontab },
  ...each('at batch', {
    act: 'persistence/schedule',
    takes: 'f q t',
    options: { f: 'read', l: 'shell/inspect' },
    handle: later,
  }),
  ...each('shutdown reboot halt poweroff init telinit', { act: 'system/shutdown' }),
  ...each(
    'mkfs mkfs.ext4 mkfs.ext3 mkfs.xfs mkfs.btrfs mkfs.vfat mkfs.ntfs mke2fs mkswap wipefs blkdiscard sgdisk hdparm cryptsetup diskpart format',
    { act: 'system/format-disk' },
  ),
  ...each('fdisk parted cfdisk sfdisk gdisk gparted diskutil', {
    act: 'system/format-disk',
    options: { 'l list': 'shell/inspect' },
  }),
  ...each(
    'lvremove vgremove pvremove lvcreate vgcreate pvcreate lvresize zpool zfs btrfs mdadm dmsetup swapoff losetup badblocks',
    { act: 'system/volumes' },
  ),
  mount: { takes: 't o', handle: mount },
  ...each('umount fusermount swapon', { act: 'system/mount' }),
  ...each('insmod rmmod modprobe kexec depmod', { act: 'system/kernel' }),
  lsmod: { act: 'shell/inspect' },
  sysctl: { handle: sysctl },
  dmesg: { act: 'shell/inspect', options: { 'C c clear read-clear': 'system/log-tamper' } },
  journalctl: { takes: 'u n p S U since until unit lines t o', handle: journalctl },
  logrotate: { act: 'system/log-tamper' },
  ...each('auditctl augenrules', { act: 'system/disable-watching' }),
  ...each('setenforce aa-disable aa-complain apparmor_parser csrutil spctl', {
    act: 'system/disable-watching',
  }),
  ...each(
    'useradd adduser usermod userdel deluser groupadd groupdel gpasswd passwd chpasswd chsh chfn newusers vipw visudo dscl',
    { act: 'privilege/accounts' },
  ),
  ...each(
    'update-alternatives ldconfig grub-install update-grub grub-mkconfig efibootmgr bootctl dracut update-initramfs',
    { act: 'system/boot' },
  ),
  ...each('renice prlimit cpulimit', { act: 'system/priority' }),
  ...each('xdg-open open', { act: 'execute/interactive' }),
  ...each('tmux screen', {
    act: 'execute/interactive',
    handle: terminal,
    subcommands: acts({ 'ls list-sessions list-windows list-panes has-session': 'shell/inspect' }),
  }),
  ...each('pbcopy xclip xsel wl-copy', { act: 'shell/output' }),
  ...each('hwclock ntpdate', { act: 'system/clock' }),
  ...each('defaults gsettings dconf', {
    act: 'system/settings',
    subcommands: acts({ 'read list get domains list-keys': 'shell/inspect' }),
  }),
  lighthouse: { act: 'secrets/guard', subcommands: LIGHTHOUSE },
  ...each('inotifywait fswatch watchman', { act: 'shell/inspect' }),
  ...each('figlet cowsay lolcat fortune neofetch fastfetch sl banner', { act: 'shell/output' }),
  ...each('say notify-send beep', { act: 'shell/output' }),
  ...each('ffprobe identify mediainfo', { act: 'shell/inspect', operands: 'read' }),
  exiftool: { act: 'shell/inspect', options: { 'config if w o': 'execute/option' }, singleDash: true },
  ...each(
    'ffmpeg convert magick cwebp dot mmdc plantuml rsvg-convert inkscape optipng pngquant jpegoptim gifsicle sox wkhtmltopdf',
    {
      act: 'shell/output',
      takes: 'i o T f c r t K G resize quality b:v crf',
      options: { 'o output': 'write' },
      handle: convert,
    },
  ),
  pandoc: {
    act: 'shell/output',
    takes: 'o output f from t to s template css resource-path metadata M V toc-depth c',
    operands: 'read',
    options: { 'o output': 'write', 'F filter L lua-filter pdf-engine extract-media': 'execute/option' },
  },
  ...each(
    'pdftotext pdfinfo pdftoppm csvcut csvgrep csvlook csvstat csvsort csvjson in2csv xsv qsv mlr jless glow mdcat delta diffstat icdiff hexyl xmllint xmlstarlet xsltproc html2text pygmentize highlight jsonlint ajv tomlq fx gron pup htmlq choose tldr cheat dust duf procs btm bandwhich onefetch git-sizer nvidia-smi rocm-smi vainfo glxinfo inxi sensors acpi upower getfacl lsattr namei pathchk users tload slabtop numfmt factor ptx tsort units jwt',
    {
      act: 'shell/inspect',
      operands: 'read',
      options: { 'o output': 'write' },
    },
  ),
  fzf: { act: 'shell/inspect', options: { 'preview bind with-shell': 'execute/option' } },
  ...each('ab wrk hey siege vegeta oha bombardier', { handle: load }),
  nginx: { act: 'system/service', options: { 't T v V h': 'shell/inspect' } },
  caddy: {
    act: 'system/service',
    subcommands: acts({ 'version validate fmt adapt list-modules build-info': 'shell/inspect' }),
  },
  ...each('apachectl httpd apache2ctl haproxy', {
    act: 'system/service',
    options: { 't v V S configtest': 'shell/inspect' },
  }),
  valgrind: { handle: profile },
  code: {
    act: 'execute/interactive',
    options: {
      'install-extension uninstall-extension': 'packages/install-global',
      'version v help h list-extensions status s': 'shell/inspect',
      'd diff': 'shell/inspect',
    },
  },
}
