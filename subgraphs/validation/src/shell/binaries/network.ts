import { hasOption, optionValues, readOptions } from '../options.js'
import type { Options } from '../options.js'
import { isKnown, join, TAINT } from '../value.js'
import type { Stream } from '../value.js'
import { printsUnknown } from '../walk.js'
import { curl } from './curl.js'
import { downloader, httpie, wget } from './downloaders.js'
import { each } from './each.js'
import { hostOf } from './host.js'
import { openssl } from './openssl.js'
import { remoteCopy } from './remote-copy.js'
import type { Call, SpecTable } from './spec.js'

function netcat(call: Call): Stream {
  const options = readOptions(call.args, {
    takes: new Set(['e', 'c', 'p', 's', 'w', 'exec', 'sh-exec', 'i', 'X', 'x', 'lua-exec']),
  })
  const { findings } = call.walk
  const text = `${call.name} ${join(call.args).text}`
  if (hasOption(options, 'e', 'c', 'exec', 'sh-exec', 'lua-exec'))
    findings.note('network', 'reverse-shell', text)
  else if (hasOption(options, 'l', 'listen')) findings.note('network', 'listen', text)
  else if (hasOption(options, 'z'))
    findings.note('network', 'probe', text, { host: options.operands[0]?.text.toLowerCase() ?? '?' })
  else findings.note('network', 'raw-connection', text)
  if (((call.stdin?.taint ?? 0) & (TAINT.secret | TAINT.file)) !== 0)
    findings.note('network', 'exfiltrate', text, { host: options.operands[0]?.text ?? '?' })
  return printsUnknown(TAINT.network)
}

function socat(call: Call): Stream {
  const text = join(call.args).text
  call.walk.findings.note(
    'network',
    /exec:|system:/i.test(text) ? 'reverse-shell' : 'tunnel',
    `socat ${text}`,
  )
  return printsUnknown(TAINT.network)
}

/** Name lookups carry their argument to somebody else's server. */
function lookup(call: Call): Stream {
  const all = join(call.args)
  if (!isKnown(all) || (all.taint & (TAINT.secret | TAINT.file)) !== 0) {
    call.walk.findings.note(
      'network',
      (all.taint & (TAINT.secret | TAINT.file)) !== 0 ? 'exfiltrate' : 'lookup-dynamic',
      `${call.name} ${all.text}`,
    )
  } else call.walk.findings.note('network', 'lookup', `${call.name} ${all.text}`)
  return printsUnknown(TAINT.network)
}

/** grpcurl, wscat: one address, and what is said to it. */
function talk(call: Call, options: Options): Stream {
  const { findings } = call.walk
  const text = `${call.name} ${join(call.args).text}`
  const [address] = options.operands
  const sends = hasOption(options, 'd', 'data', 'x', 'execute', 'c-execute')
  if (hasOption(options, 'l', 'listen', 's', 'server-mode')) findings.note('network', 'listen', text)
  if (
    /\b(exec|cmd|sh-c|writefile|appendfile|readfile|tcp-listen|ws-listen|udp-listen|mirror|broadcast):/.test(
      text,
    )
  )
    findings.note('execute', 'option', text)
  if (address === undefined) findings.note('shell', 'inspect', text)
  else {
    const url = optionValues(options, 'c', 'connect')[0] ?? address
    findings.note('network', sends ? 'send' : 'fetch', text, {
      host: hostOf(url.text),
      method: sends ? 'POST' : 'GET',
      carries: (join(call.args).taint & (TAINT.file | TAINT.environment)) !== 0,
      dynamic: !isKnown(url),
    })
  }
  return printsUnknown(TAINT.network)
}

export const NETWORK: SpecTable = {
  grpcurl: {
    takes: 'd data H header import-path proto protoset max-time authority format',
    singleDash: true,
    handle: talk,
  },
  ...each('wscat websocat evans', {
    takes:
      'd data H header c connect x execute import-path proto protoset max-time authority w wait l listen P subprotocol',
    handle: talk,
  }),
  ...each('curl curlie', { handle: curl }),
  ...each('wget wget2', { handle: wget }),
  ...each('http https xh', { handle: httpie }),
  ...each('aria2c axel lwp-download fetch', { takes: 'o out d dir x s j i input-file', handle: downloader }),
  ...each('lynx links w3m elinks youtube-dl yt-dlp lwp-request GET', {
    act: 'network/download-tool',
    prints: TAINT.network,
  }),
  ...each('nc ncat netcat', { handle: netcat }),
  socat: { handle: socat },
  ...each('scp rsync', { handle: remoteCopy }),
  ...each('sftp ftp tftp lftp telnet mosh rsh rlogin', {
    act: 'network/remote-shell',
    prints: TAINT.network,
  }),
  ...each('ping ping6 dig nslookup host traceroute tracepath mtr drill', { handle: lookup }),
  whois: { handle: lookup },
  ...each(
    'nmap masscan zmap nikto sqlmap hydra john hashcat msfconsole msfvenom aircrack-ng tcpdump tshark wireshark ettercap',
    { act: 'network/scan' },
  ),
  ...each('ngrok cloudflared localtunnel lt bore frpc chisel', { act: 'network/tunnel' }),
  ...each('iptables ip6tables nft ufw firewall-cmd pfctl ipset', {
    act: 'network/firewall',
    options: { 'L list S': 'shell/inspect' },
  }),
  ip: {
    act: 'network/configure',
    takes: 'n netns',
    subcommands: { ...each('addr a address link l route r neigh n rule', { handle: ipShow }) },
  },
  networksetup: { act: 'network/configure' },
  openssl: { handle: openssl },
  ...each('ssh-copy-id ssh-agent', { act: 'secrets/credentials' }),
  // Fingerprints and public halves are for showing.
  'ssh-keygen': {
    act: 'secrets/credentials',
    takes: 'f t b C N P F R E I n s V w O',
    options: { 'l B F': 'shell/inspect' },
  },
  'ssh-add': { act: 'secrets/credentials', options: { 'l L': 'shell/inspect' } },
  'ssh-keyscan': { act: 'network/probe' },
  vault: { act: 'secrets/credentials', subcommands: each('status version help', 'shell/inspect') },
  ...each('gpg gpg2 age sops pass op bw keyring security', {
    act: 'secrets/credentials',
    options: { 'version h help': 'shell/inspect' },
  }),
  ...each('mail mailx sendmail mutt msmtp', { act: 'network/send-mail' }),
}

function ipShow(call: Call): Stream {
  const changes = call.args.some((arg) => /^(add|del|delete|set|change|replace|flush|append)$/.test(arg.text))
  call.walk.findings.note(
    changes ? 'network' : 'shell',
    changes ? 'configure' : 'inspect',
    `${call.name} ${join(call.args).text}`,
  )
  return printsUnknown()
}
