import { hasOption, optionValues } from '../options.js'
import type { Options } from '../options.js'
import { readFile } from '../redirect.js'
import { join, TAINT } from '../value.js'
import type { Stream } from '../value.js'
import { placeOfPath, printsUnknown } from '../walk.js'
import { targetsOf } from './cloud.js'
import { dockerExec } from './containers.js'
import { acts, each } from './each.js'
import { isThisMachine } from './host.js'
import type { Call, SpecTable } from './spec.js'

/** Whoever writes a kubeconfig says what runs to sign in; who asks in another's name has that one's rights. */
function cluster(call: Call): void {
  for (const [i, { text }] of call.args.entries()) {
    const config =
      /^--kubeconfig=(.*)$/.exec(text)?.[1] ?? (call.args[i - 1]?.text === '--kubeconfig' ? text : undefined)
    const zone =
      config === undefined ? 'project' : placeOfPath({ text: config, taint: 0, glob: false }, call.walk).zone
    if (!/^(project|home)$/.test(zone))
      call.walk.findings.note('execute', 'elsewhere', `${call.name} ${text}`)
    const server =
      /^--server=(.*)$/.exec(text)?.[1] ??
      (/^(-s|--server)$/.test(call.args[i - 1]?.text ?? '') ? text : undefined)
    // Whoever answers is told the token.
    if (server !== undefined && !isThisMachine(server))
      call.walk.findings.note('network', 'redirected', `${call.name} ${text}`)
    if (/^--(as|as-group|token|user)(=|$)/.test(text))
      call.walk.findings.note('privilege', 'escalate', `${call.name} ${text}`)
    if (/^\/api\S*\/secrets/.test(text)) call.walk.findings.note('secrets', 'print', `${call.name} ${text}`)
  }
}

/** A chart that is named by its address is whoever's it is. */
function chart(call: Call): void {
  cluster(call)
  if (call.args.some(({ text }) => /^(https?|oci):\/\//.test(text)))
    call.walk.findings.note('execute', 'elsewhere', `${call.name} ${join(call.args).text}`)
}

/** Secrets that are printed are read. */
function kubectlGet(call: Call, options: Options): Stream {
  const secret = options.operands.some(({ text }) => /(^|,)secrets?(\/|,|$)/.test(text))
  const shown = secret && (hasOption(options, 'o', 'output', 'template') || call.name.endsWith('describe'))
  const text = `${call.name} ${join(call.args).text}`
  call.walk.findings.note(shown ? 'secrets' : 'cloud', shown ? 'print' : 'inspect', text)
  // Whoever has no better place keeps passwords in these.
  const settings = options.operands.some(({ text }) => /(^|,)(cm|configmaps?)(\/|,|$)/.test(text))
  return printsUnknown(secret || settings ? TAINT.secret : TAINT.network)
}

function kubectlApply(call: Call, options: Options): Stream {
  const dry = call.args.some((arg) => /^--dry-run(=(client|server))?$/.test(arg.text))
  for (const file of optionValues(options, 'f', 'filename'))
    if (!/^https?:|^-$/.test(file.text)) readFile(file, call.walk)
  const text = `${call.name} ${join(call.args).text}`
  if (dry) call.walk.findings.note('cloud', 'inspect', text)
  else call.walk.findings.note('cloud', 'change', text, { targets: targetsOf(call) })
  return printsUnknown()
}

function kubectlDelete(call: Call): Stream {
  const dry = call.args.some((arg) => /^--dry-run(=(client|server))?$/.test(arg.text))
  const text = `${call.name} ${join(call.args).text}`
  call.walk.findings.note('cloud', dry ? 'inspect' : 'destroy', text, dry ? {} : { targets: targetsOf(call) })
  return printsUnknown()
}

const KUBE =
  'n namespace context kubeconfig cluster user s server token o output l selector field-selector f filename c container'

/** Clusters, and what is deployed to them. */
export const KUBERNETES: SpecTable = {
  ...each('kubectl oc k k3s-kubectl', {
    act: 'cloud/change',
    watch: cluster,
    takes: KUBE,
    subcommands: acts({
      'get describe': { takes: KUBE, handle: kubectlGet },
      'logs top version cluster-info explain api-resources api-versions events diff wait options completion':
        { act: 'cloud/inspect', takes: KUBE },
      config: {
        act: 'cloud/change',
        subcommands: acts({
          'get-contexts current-context get-clusters get-users': 'cloud/inspect',
          view: { act: 'cloud/inspect', options: { 'raw flatten': 'secrets/print' } },
        }),
      },
      rollout: { act: 'cloud/change', subcommands: acts({ 'status history': 'cloud/inspect' }) },
      auth: { act: 'cloud/change', subcommands: acts({ 'can-i whoami': 'cloud/inspect' }) },
      'apply create replace patch edit set label annotate scale autoscale expose run taint cordon uncordon': {
        takes: KUBE,
        handle: kubectlApply,
      },
      kustomize: {
        act: 'cloud/inspect',
        options: {
          'enable-exec enable-alpha-plugins enable-helm helm-command network mount env': 'execute/option',
          'o output': 'write',
        },
      },
      'delete drain evict': { takes: KUBE, handle: kubectlDelete },
      exec: { handle: dockerExec },
      debug: 'privilege/container-escape',
      cp: 'cloud/change',
      'port-forward proxy attach': 'network/tunnel',
    }),
  }),
  helm: {
    act: 'cloud/change',
    watch: chart,
    subcommands: acts({
      get: { act: 'cloud/inspect', prints: TAINT.secret },
      'list ls status history show diff search template lint version env dependency verify': {
        act: 'cloud/inspect',
        options: { 'post-renderer post-renderer-args': 'execute/option' },
      },
      'install upgrade rollback': { act: 'cloud/change', options: { 'dry-run': 'cloud/inspect' } },
      push: 'cloud/change',
      'uninstall delete': 'cloud/destroy',
      repo: { act: 'cloud/change', subcommands: { list: 'cloud/inspect', update: 'cloud/inspect' } },
    }),
  },
  ...each('kubeval kubeconform kubescape kube-linter', { act: 'cloud/inspect' }),
  kustomize: {
    act: 'cloud/inspect',
    options: {
      'enable-exec enable-alpha-plugins enable-helm helm-command network mount env': 'execute/option',
    },
  },
}
