import { optionValues, hasOption } from '../options.js'
import type { Options } from '../options.js'
import { isKnown, join } from '../value.js'
import type { Stream } from '../value.js'
import { printsUnknown, runText } from '../walk.js'
import type { Call } from './spec.js'

export function runOption(text: string, call: Call): void {
  call.walk.findings.note('execute', 'option', text)
  runText(text, call.walk, undefined)
}

/** Settings by which git runs something. */
const RUNS =
  /^(alias\..*|core\.(pager|editor|sshcommand|hookspath|fsmonitor|askpass|gitproxy)|pager\..*|diff\.external|diff\..*\.(command|textconv)|credential\.helper|credential\..*\.helper|filter\..*|merge\..*\.driver|mergetool\..*|difftool\..*|gpg\..*program|gpg\.program|sequence\.editor|ssh\.variant|uploadpack\.packobjectshook|protocol\.ext\.allow|http\.proxy|http\.sslverify|url\..*|remote\..*\.(uploadpack|receivepack|proxy)|init\.templatedir|include\.path|includeif\..*)$/i

/** An alias for another command of git, with plain options: what it does is judged when it is used. */
const PLAIN_ALIAS =
  /^alias\.[\w-]+=(log|status|diff|show|branch|shortlog|reflog|blame|ls-files|describe|stash list|rev-parse)( [\w=%:.,/@{}()<>|+-]+)*$/
export function plainAlias(setting: string): boolean {
  return PLAIN_ALIAS.test(setting)
}

export function noteConfig(setting: string, call: Call): void {
  if (plainAlias(setting)) return
  const [key = '', value = ''] = setting.split(/=([\s\S]*)/)
  if (!RUNS.test(key.toLowerCase())) return
  if (/^(core\.pager|pager\.\w+)$/i.test(key) && /^(cat|less|false|true|)$/.test(value)) return
  call.walk.findings.note('git', 'config-execute', setting)
  if (/^alias\./i.test(key) && value.startsWith('!')) runText(value.slice(1), call.walk, undefined)
  else if (value !== '' && /pager|editor|sshcommand|fsmonitor|external|command|textconv|helper/i.test(key))
    runText(value.replace(/^!/, ''), call.walk, undefined)
}

/** Settings for one call that say how it looks and reckons. What is in neither list may run something. */
const PLAIN_SETTINGS =
  /^((user|author|committer)\.(name|email)|color\.[\w.]+|advice\.\w+|column\.\w+|log\.\w+|format\.pretty|format\.\w*subject\w*|core\.(quotepath|autocrlf|eol|ignorecase|precomposeunicode|abbrev|compression|bigfilethreshold|filemode|longpaths|safecrlf|whitespace|symlinks|untrackedcache|preloadindex|checkstat|trustctime|commentchar|logallrefupdates)|diff\.(algorithm|colormoved\w*|context|interhunkcontext|ignoresubmodules|indentheuristic|mnemonicprefix|noprefix|renames|renamelimit|submodule|suppressblankempty|wserrorhighlight|stat\w*|dstprefix|srcprefix)|merge\.(ff|conflictstyle|renames|renamelimit|log|stat|autostash|verbosity)|rebase\.(autosquash|autostash|stat|updaterefs|abbreviatecommands)|pull\.(ff|rebase)|push\.(default|autosetupremote|followtags)|fetch\.(prune|prunetags|parallel|output|writecommitgraph)|commit\.(gpgsign|verbose|status|cleanup)|tag\.(sort|gpgsign)|branch\.sort|versionsort\.\w+|status\.\w+|stash\.\w+|init\.defaultbranch|gc\.auto\w*|maintenance\.auto|pack\.\w+|index\.\w+|protocol\.version|submodule\.(recurse|fetchjobs)|checkout\.(defaultremote|guess|workers)|grep\.\w+|blame\.(coloring|showemail|date|showroot|blankboundary)|safe\.directory|feature\.\w+|rerere\.\w+|http\.(postbuffer|version|lowspeedlimit|lowspeedtime|extraheader)|lfs\.\w+|i18n\.\w+)$/i

/** Settings of one repository that run nothing and reach nowhere. */
const HARMLESS_SETTINGS =
  /^(user\.(name|email)|pull\.(rebase|ff)|push\.(default|autosetupremote|followtags)|init\.defaultbranch|core\.(autocrlf|eol|ignorecase|filemode|quotepath|longpaths|whitespace)|merge\.(conflictstyle|ff)|rebase\.(autostash|autosquash)|fetch\.prune|diff\.(algorithm|colormoved)|color\.[\w.]+|rerere\.enabled|advice\.\w+|branch\.[\w/.-]+\.(merge|rebase)|commit\.(gpgsign|verbose)|log\.\w+|status\.\w+|column\.ui|help\.autocorrect)$/i

export function config(call: Call, options: Options): Stream {
  const { operands } = options
  const skip = /^(get|set|list|unset|edit|get-regexp)$/.test(operands[0]?.text ?? '') ? 1 : 0
  const [key, value] = operands.slice(skip)
  const reads =
    hasOption(options, 'get', 'get-all', 'get-regexp', 'l', 'list', 'show-origin', 'get-urlmatch') ||
    /^(get|list)$/.test(operands[0]?.text ?? '')
  const { findings } = call.walk
  if (
    reads ||
    (key !== undefined &&
      value === undefined &&
      !hasOption(options, 'unset', 'unset-all', 'e', 'edit', 'remove-section'))
  ) {
    findings.note('git', 'inspect', 'git config')
    if (
      operands.some(({ text }) =>
        /extraheader|token|passw|secret|insteadof|^\W*credential\W*(\||$)/i.test(text),
      )
    )
      findings.note('secrets', 'print', `git config ${join(call.args).text}`)
    return printsUnknown()
  }
  const harmless =
    (HARMLESS_SETTINGS.test(key?.text ?? '') || plainAlias(`${key?.text}=${value?.text ?? ''}`)) &&
    !hasOption(options, 'unset', 'e', 'edit', 'f', 'file')
  const scope = hasOption(options, 'global', 'system')
    ? 'config-global'
    : harmless
      ? 'config-harmless'
      : 'config'
  findings.note('git', scope, `git config ${join(call.args).text}`)
  if (key !== undefined) noteConfig(`${key.text}=${value?.text ?? ''}`, call)
  return printsUnknown()
}

/** git's own options, before the subcommand. */
export function ownOptions(call: Call, options: Options): undefined {
  for (const { text } of optionValues(options, 'c', 'config-env')) {
    noteConfig(text, call)
    const key = /^[^=]*/.exec(text)?.[0] ?? ''
    if (plainAlias(text)) continue
    if (!RUNS.test(key) && !PLAIN_SETTINGS.test(key) && !HARMLESS_SETTINGS.test(key))
      call.walk.findings.note('git', 'config-execute', text)
  }
  for (const path of optionValues(options, 'exec-path'))
    call.walk.findings.note('execute', 'option', `git --exec-path=${path.text}`)
  for (const arg of call.args)
    if (!isKnown(arg) && arg.text.startsWith('-')) call.walk.findings.note('execute', 'dynamic', 'git')
  return undefined
}
