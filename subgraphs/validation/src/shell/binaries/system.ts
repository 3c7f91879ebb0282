import { hasOption, optionValues } from '../options.js'
import type { Options } from '../options.js'
import { runSpec, writeFile } from '../invoke.js'
import { hostOf, isThisMachine } from './host.js'
import { isKnown, join, literal, TAINT } from '../value.js'
import type { Stream, Value } from '../value.js'
import { emptyFile, readFile } from '../redirect.js'
import { placeOfPath, printsUnknown, runText } from '../walk.js'
import { acts, each } from './each.js'
import type { Call, Spec, SpecTable } from './spec.js'

/** Services: looking is harmless, the rest reaches everybody on the machine. */
function systemctl(call: Call, options: Options): Stream {
  const [verb = literal('status'), unit] = options.operands
  const text = `systemctl ${join(call.args).text}`
  const { findings } = call.walk
  if (hasOption(options, 'H', 'host')) findings.note('network', 'remote-shell', text)
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
  return printsUnknown()
}

/** In a file of the project or a temporary one it is an image; anywhere else it is a disk. */
function makeFileSystem(call: Call, { operands }: Options): Stream {
  const isImage = ({ text }: Value): boolean =>
    text.startsWith('/') && /^(project|temp)$/.test(placeOfPath(literal(text), call.walk).zone)
  if (operands.some(isImage) && operands.every((one) => isImage(one) || /^\d+[kKmMgG]?$/.test(one.text)))
    for (const image of operands.filter(isImage)) emptyFile(image, call.walk)
  else call.walk.findings.note('system', 'format-disk', `${call.name} ${join(call.args).text}`)
  return printsUnknown()
}

function service(call: Call, options: Options): Stream {
  const verb = options.operands[1]?.text
  call.walk.findings.note(
    verb === 'status' ? 'shell' : 'system',
    verb === 'status' ? 'inspect' : 'service',
    `service ${join(call.args).text}`,
  )
  return printsUnknown()
}

function crontab(call: Call, options: Options): Stream {
  const text = `crontab ${join(call.args).text}`
  if (hasOption(options, 'l')) call.walk.findings.note('shell', 'inspect', text)
  else call.walk.findings.note('persistence', hasOption(options, 'r') ? 'remove-schedule' : 'schedule', text)
  if (((call.stdin?.taint ?? 0) & TAINT.network) !== 0) call.walk.findings.note('execute', 'download', text)
  const told = call.stdin?.text ?? call.stdin?.parts
  if (told !== undefined) {
    for (const line of told.split('\n').slice(0, 20))
      runText(line.replace(/^\s*(@\w+|(\S+\s+){5})/, ''), call.walk, undefined)
  }
  return printsUnknown()
}

/** What is piped into `at` runs when its time has come. */
function later(call: Call): Stream {
  if (((call.stdin?.taint ?? 0) & TAINT.network) !== 0) call.walk.findings.note('execute', 'download', 'at')
  if (call.stdin?.text !== undefined) runText(call.stdin.text, call.walk, undefined)
  return printsUnknown()
}

function mount(call: Call, options: Options): Stream {
  const lists = options.operands.length === 0 || hasOption(options, 'l', 'version')
  call.walk.findings.note(
    lists ? 'shell' : 'system',
    lists ? 'inspect' : 'mount',
    `mount ${join(call.args).text}`,
  )
  return printsUnknown()
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
  return printsUnknown()
}

function journalctl(call: Call, options: Options): Stream {
  const erases = hasOption(options, 'vacuum-size', 'vacuum-time', 'vacuum-files', 'rotate', 'flush')
  call.walk.findings.note(erases ? 'system' : 'shell', erases ? 'log-tamper' : 'inspect', 'journalctl')
  return printsUnknown()
}

/** Files of the project, opened in an editor that is running. */
function openedFiles(call: Call, options: Options): undefined {
  const told = [...options.given.keys()].some(
    (name) => !/^(r|reuse-window|g|goto|n|new-window|w|wait|a|add)$/.test(name),
  )
  if (
    told &&
    hasOption(
      options,
      'install-extension',
      'uninstall-extension',
      'version',
      'v',
      'help',
      'h',
      'list-extensions',
      'status',
      's',
      'd',
      'diff',
    )
  )
    return undefined
  const own =
    options.operands.length > 0 &&
    options.operands.every(
      (file) =>
        placeOfPath(file, call.walk).zone === 'project' && !/^(tunnel|serve-web|agent|chat)$/.test(file.text),
    )
  call.walk.findings.note(
    own && !told ? 'shell' : 'execute',
    own && !told ? 'output' : 'interactive',
    `code ${join(call.args).text}`,
  )
  return undefined
}

/** A report of the project, or a page of this machine, shown in whatever program shows such things. */
function shownToUser(call: Call, options: Options): Stream {
  const shows =
    options.given.size === 0 &&
    options.operands.length === 1 &&
    options.operands.every((one) => {
      if (/^https?:\/\//.test(one.text)) return isThisMachine(one.text) && isKnown(one)
      const { zone, dynamic } = placeOfPath(one, call.walk)
      return (
        zone === 'project' && !dynamic && /\.(html?|svg|png|jpe?g|gif|webp|pdf|md|txt|csv)$/.test(one.text)
      )
    })
  for (const one of options.operands) if (!one.text.includes('://')) readFile(one, call.walk)
  call.walk.findings.note(
    shows ? 'shell' : 'execute',
    shows ? 'output' : 'interactive',
    `${call.name} ${join(call.args).text}`,
  )
  return printsUnknown()
}

/** A load on this machine's own server is a test; on another's an attack. */
function load(call: Call, options: Options): undefined {
  const urls = options.operands.filter(({ text }) => /[./:]/.test(text) || text === 'localhost')
  const local = urls.length > 0 && urls.every(({ text }) => isThisMachine(text))
  call.walk.findings.note(
    local ? 'execute' : 'network',
    local ? 'test' : 'scan',
    `${call.name} ${join(call.args).text}`,
  )
  return undefined
}

/** pandoc's readers and writers may be scripts in Lua. */
function writer(call: Call, options: Options): undefined {
  const formats = optionValues(options, 'f', 'from', 'r', 'read', 't', 'to', 'w', 'write')
  if (formats.some(({ text }) => /\.lua\b|\//.test(text)))
    call.walk.findings.note('execute', 'option', `pandoc ${join(call.args).text}`)
  return undefined
}

/** `xmlstarlet ed -L` changes the files that it is given. */
function editXml(call: Call, options: Options): undefined {
  if (/^(ed|edit)$/.test(call.args[0]?.text ?? '') && hasOption(options, 'L', 'inplace'))
    for (const file of options.operands.slice(-1)) writeFile(file, call.walk)
  return undefined
}

/** A cow of one's own is a program in Perl. */
function figure(call: Call, options: Options): undefined {
  if (optionValues(options, 'f').some(({ text }) => text.includes('/')))
    call.walk.findings.note('execute', 'option', `${call.name} ${join(call.args).text}`)
  return undefined
}

/** Programs of table tools that run commands, or write besides printing. */
function tables(call: Call): undefined {
  const runs = call.args.some(
    ({ text }) =>
      /\b(system|exec|hostname|os_type)\s*\(|\b(tee|emit\w*|print\w*|dump)\s*>|\|\s*"/.test(text) ||
      /^(-I|luau|py|fetch|fetchpost|foreach|split|tee|case)$/.test(text),
  )
  if (runs) call.walk.findings.note('execute', 'option', `${call.name} ${join(call.args).text}`)
  return undefined
}

/** Lighthouse's own command: deciding is harmless, administering it is not an agent's business. */
const LIGHTHOUSE: Spec = {
  act: 'secrets/guard',
  subcommands: acts({
    'validate explain status doctor events': 'shell/inspect',
    policy: { act: 'secrets/guard', subcommands: acts({ 'test diff dry-run list show': 'shell/inspect' }) },
  }),
}

/** A page auditor has the same name: it takes an address, and asks it as a browser would. */
function lighthouse(call: Call): Stream | undefined {
  const address = call.args.find(({ text }) => !text.startsWith('-'))
  if (address === undefined || !/^https?:\/\//.test(address.text)) return runSpec(LIGHTHOUSE, call)
  call.walk.findings.note('network', 'fetch', `GET ${address.text}`, {
    host: hostOf(address.text),
    method: 'GET',
    carries: false,
    dynamic: false,
  })
  return undefined
}

export const SYSTEM: SpecTable = {
  systemctl: { takes: 'H host M machine root t type p property n lines', handle: systemctl },
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
  ...each('mkfs mkfs.ext4 mkfs.ext3 mkfs.ext2 mkfs.xfs mkfs.btrfs mkfs.vfat mkfs.ntfs mke2fs mkswap', {
    takes: 't L label U b m N i d O E T s',
    handle: makeFileSystem,
  }),
  ...each('wipefs blkdiscard sgdisk hdparm cryptsetup diskpart format', { act: 'system/format-disk' }),
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
  ...each('xdg-open open', { takes: 'a b', handle: shownToUser }),
  ...each('tmux screen', {
    act: 'execute/interactive',
    singleDash: true,
    options: { 'ls list V': 'shell/inspect' },
    subcommands: acts({ 'ls list-sessions list-windows list-panes has-session': 'shell/inspect' }),
  }),
  ...each('hwclock ntpdate', { act: 'system/clock' }),
  ...each('defaults gsettings dconf', {
    act: 'system/settings',
    subcommands: acts({ 'read list get domains list-keys': 'shell/inspect' }),
  }),
  lighthouse: { handle: lighthouse },
  ...each('inotifywait fswatch', {
    act: 'shell/inspect',
    takes: 'e t r m o outfile',
    options: { 'o outfile': 'write' },
  }),
  ...each('figlet lolcat fortune sl banner', { act: 'shell/output' }),
  // Their figures and settings are scripts.
  ...each('cowsay cowthink neofetch fastfetch', {
    act: 'shell/output',
    takes: 'f e T W config c',
    options: { 'config c': 'execute/option' },
    handle: figure,
  }),
  ...each('say notify-send beep', { act: 'shell/output' }),
  pandoc: {
    act: 'shell/output',
    takes:
      'o output f from r read t to w write s template css resource-path metadata M V toc-depth c extract-media d defaults data-dir F filter L lua-filter',
    operands: 'read',
    options: {
      'o output extract-media': 'write',
      'F filter L lua-filter pdf-engine pdf-engine-opt d defaults data-dir': 'execute/option',
    },
    handle: writer,
  },
  ...each('pdftotext pdftoppm', { act: 'shell/inspect', operands: 'last-written' }),
  ...each('mlr qsv', { act: 'shell/inspect', operands: 'read', handle: tables }),
  fx: { act: 'execute/inline' },
  watchman: { act: 'execute/option', options: { 'version v help h': 'shell/inspect' } },
  ...each(
    'pdfinfo csvcut csvgrep csvlook csvstat csvsort csvjson in2csv xsv jless glow mdcat delta diffstat icdiff hexyl xsltproc html2text pygmentize highlight jsonlint ajv tomlq gron pup htmlq choose tldr cheat dust duf procs btm bandwhich onefetch git-sizer vainfo glxinfo inxi acpi upower getfacl lsattr namei pathchk users tload slabtop ptx tsort units jwt',
    {
      act: 'shell/inspect',
      takes: 'o output O outfile',
      operands: 'read',
      options: { 'o output outfile': 'write', 'pager x X-pager': 'execute/option' },
    },
  ),
  xmlstarlet: { act: 'shell/inspect', operands: 'skip-first-then-read', handle: editXml },
  fzf: {
    act: 'shell/inspect',
    takes: 'preview bind with-shell listen q query f filter d delimiter n nth',
    options: { 'preview bind with-shell': 'execute/option', 'listen listen-unsafe': 'network/listen' },
  },
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
  code: {
    options: {
      'install-extension uninstall-extension': 'packages/install-global',
      'version v help h list-extensions status s': 'shell/inspect',
      'd diff': 'shell/inspect',
    },
    handle: openedFiles,
  },
}
