import { hasOption, optionValues } from '../options.js'
import type { Options } from '../options.js'
import { writeFile } from '../invoke.js'
import { readFile } from '../redirect.js'
import { isSecretVariable } from '../secret.js'
import { isKnown, join, TAINT } from '../value.js'
import type { Stream } from '../value.js'
import { placeOfPath, printsUnknown, runText } from '../walk.js'
import { acts, each } from './each.js'
import { isThisMachine } from './host.js'
import type { Call, SpecTable } from './spec.js'

/** `aws s3 ls`, `gcloud compute instances list`: the verb says it. */
function verbs(call: Call): Stream {
  const operands = call.args.filter((arg) => !arg.text.startsWith('-')).map((arg) => arg.text)
  const text = `${call.name} ${join(call.args).text}`
  const { findings } = call.walk
  if (!isKnown(join(call.args.slice(0, 3)))) findings.note('execute', 'dynamic', text)
  const verb =
    operands.find(
      (operand, i) =>
        i > 0 &&
        /^(list|ls|describe|get|show|head|lookup|search|filter|tail|logs|status|wait|help|view|read|validate|scan|query|batch-get|batch-describe|simulate|estimate|preview|delete|rm|rb|remove|terminate|destroy|purge|drop|stop|create|update|put|cp|mv|sync|set|add|deploy|run|start|apply|modify|attach|detach|invoke|reboot|scale|restart|login|configure|ssh|auth|submit)(?=$|[-:_])/.test(
          operand,
        ),
    ) ??
    operands[0] ??
    ''
  if (call.name === 'rclone' && /^config (show|dump|userinfo)/.test(join(call.args).text))
    findings.note('secrets', 'print', text)
  // It writes whom kubectl asks from now on, and as whom.
  if (/\bget-credentials\b/.test(text)) findings.note('cloud', 'change', text, { targets: targetsOf(call) })
  const endpoints = endpointsOf(call)
  const emulated =
    endpoints.length > 0 && endpoints.every((url) => /^https?:\/\//.test(url) && isThisMachine(url))
  if (endpoints.length > 0 && !emulated) findings.note('network', 'redirected', text)
  if (
    /configure get .*(secret|token|access_key)|auth (token|application-default print)|config get-value .*(token|secret)|account get-access-token|secretsmanager|get-secret-value|keyvault secret show|secrets? versions access|ssm get-parameter.*with-decryption|get-session-token|create-access-key|print-access-token|get-login-password|assume-role|get-federation-token|iam service-accounts keys|storage account keys|sas-token|generate-sas|decrypt\b|get-parameters?-by-path.*with-decryption|export-credentials|get-password-data|get-token\b|get-authorization-token|get-role-credentials|generate-db-auth-token|include-values|attribute[= ]userData|keys? list\b|list-keys|list-(connection-strings|publishing)|credentials? (show|list)|appsettings list|connection-string|download-default-key-pair|(--query|--output|--format)[= ].*(environment|variables|secret|password|\benv\b)/i.test(
      text,
    )
  )
    findings.note('secrets', 'print', text)
  else if (emulated) {
    findings.note('network', 'send', text, { host: 'localhost', method: 'POST', dynamic: false })
    readUploads(call, operands)
  } else if (call.args.some(({ text: arg }) => arg === '--dryrun')) findings.note('cloud', 'inspect', text)
  else if (
    /^(delete|rm|rb|remove|terminate|destroy|purge|drop)/.test(verb) ||
    (/\bsync\b/.test(verb) && hasDelete(call))
  )
    findings.note('cloud', 'destroy', text, { targets: targetsOf(call) })
  else if (
    /^(list|ls|describe|get|show|head|lookup|search|filter|tail|logs|status|wait|help|view|read|validate|scan|query|batch-get|batch-describe|simulate|estimate|preview)(?=$|[-:_])/.test(
      verb,
    ) ||
    operands.length === 0 ||
    /^(version|info|whoami|sts)$/.test(operands[0] ?? '')
  )
    findings.note('cloud', 'inspect', text)
  else if (/^(cp|mv|sync|put)/.test(verb)) noteUpload(call, operands, text)
  else findings.note('cloud', 'change', text, { targets: targetsOf(call) })
  return printsUnknown(TAINT.network)
}

function tellsState(call: Call, options: Options): Stream {
  if (options.operands.some(({ text }) => isSecretVariable(text) || /\bpw\b|kubeconfig/i.test(text)))
    call.walk.findings.note('secrets', 'print', `${call.name} ${join(call.args).text}`)
  return printsUnknown(hasOption(options, 'json', 'raw') ? TAINT.secret : TAINT.network)
}

/** The contexts, profiles, projects and namespaces that a call names: the policy knows which of them are production. */
export function targetsOf({ args }: Pick<Call, 'args'>): string[] {
  return args.flatMap(({ text }, i) => {
    const [, attached] =
      /^--(?:context|namespace|profile|project|cluster|subscription|kube-context|stack|app|org|env|environment|workspace)=(.*)$/.exec(
        text,
      ) ?? []
    if (attached !== undefined) return [attached]
    const named =
      /^(-n|-p|--?(context|namespace|profile|project|cluster|subscription|kube-context|stack|app|org|env|environment|workspace))$/.test(
        args[i - 1]?.text ?? '',
      )
    return named ? [text] : []
  })
}

const ENDPOINT = /^--(endpoint-url|api-endpoint-overrides|endpoint)(=|$)/

/** The servers that are asked in place of the cloud's own: of several the last counts, and any may be it. */
function endpointsOf({ args }: Call): string[] {
  return args.flatMap(({ text }, i) => {
    if (!ENDPOINT.test(text)) return []
    const at = text.indexOf('=')
    return [at === -1 ? (args[i + 1]?.text ?? '') : text.slice(at + 1)]
  })
}

function hasDelete(call: Call): boolean {
  return call.args.some((arg) => arg.text === '--delete')
}

const REMOTE = /^(s3|gs|az|oss|cos|b2|r2):\/\//

/** What comes from a bucket to this machine changes nothing there. */
function noteDownload(call: Call, operands: readonly string[], text: string): boolean {
  const [from, to] = operands.slice(operands.findIndex((word) => /^(cp|sync)$/.test(word)) + 1)
  const shown = call.args.at(-1)?.text === '-'
  if (from === undefined || (to === undefined && !shown) || !REMOTE.test(from) || REMOTE.test(to ?? ''))
    return false
  call.walk.findings.note('cloud', 'inspect', text)
  if (to === undefined) return true
  writeFile({ text: to, taint: 0, glob: false }, call.walk)
  call.walk.shared.downloaded.add(placeOfPath({ text: to, taint: 0, glob: false }, call.walk).path)
  return true
}

function noteUpload(call: Call, operands: readonly string[], text: string): void {
  if (noteDownload(call, operands, text)) return
  const secret = (readUploads(call, operands) & TAINT.secret) !== 0
  call.walk.findings.note(secret ? 'network' : 'cloud', secret ? 'exfiltrate' : 'change', text)
}

/** Reads what is uploaded; returns the taint of it. */
function readUploads(call: Call, operands: readonly string[]): number {
  let taint = call.stdin?.taint ?? 0
  for (const arg of call.args) {
    if (operands.indexOf(arg.text) < 2 || /:\/\//.test(arg.text) || !/[./]/.test(arg.text)) continue
    taint |= readFile(arg, call.walk).taint
  }
  return taint
}

/** A command that runs while emulators stand in for the cloud. */
function emulated(call: Call, options: Options): undefined {
  for (const { text } of options.operands) runText(text, call.walk, undefined)
  return undefined
}

/** `--remote` and the like make of a server for development one that works on the cloud. */
function localOnly(call: Call): undefined {
  if (
    /^(railway|heroku|eb|cf|fly|flyctl|copilot-cli|amplify)\b/.test(call.name) ||
    call.args.some(({ text }) => /^--(remote|prod|production|share|tunnel|ip=0\.0\.0\.0)/.test(text))
  )
    call.walk.findings.note('cloud', 'change', `${call.name} ${join(call.args).text}`)
  return undefined
}

/** Hosts that are named on the command line are whoever's they are. */
function playbook(call: Call, options: Options): undefined {
  const named = optionValues(options, 'i', 'inventory').some(({ text }) => text.includes(','))
  const pulls = call.name === 'ansible-pull' || optionValues(options, 'm', 'module-name').length > 0
  if (named || pulls) call.walk.findings.note('cloud', 'apply', `${call.name} ${join(call.args).text}`)
  return undefined
}

export const CLOUD: SpecTable = {
  ...each('terraform tofu terragrunt', {
    act: 'cloud/change',
    singleDash: true,
    subcommands: acts({
      'version validate graph providers get metadata': 'cloud/inspect',
      fmt: 'execute/test',
      // Values that are marked as sensitive are shown to whoever asks for them by name, or for all as JSON.
      'show output': { act: 'cloud/inspect', singleDash: true, takes: 'state', handle: tellsState },
      // A plan reads the cloud and runs what data sources say, as the project's own.
      plan: { act: 'cloud/inspect', singleDash: true },
      console: 'execute/interactive',
      test: 'cloud/apply',
      login: 'secrets/credentials',
      init: {
        act: 'packages/declared',
        singleDash: true,
        options: { 'from-module plugin-dir': 'execute/option' },
      },
      apply: 'cloud/apply',
      destroy: 'cloud/destroy',
      import: 'cloud/change',
      'taint untaint refresh force-unlock': 'cloud/change',
      state: {
        act: 'cloud/change',
        subcommands: acts({
          list: 'cloud/inspect',
          show: { act: 'cloud/inspect', prints: TAINT.secret },
          pull: 'secrets/print',
          'rm mv push replace-provider': 'cloud/destroy',
        }),
      },
      workspace: {
        act: 'cloud/change',
        subcommands: acts({ 'list show': 'cloud/inspect', delete: 'cloud/destroy' }),
      },
    }),
  }),
  pulumi: {
    act: 'cloud/change',
    subcommands: acts({
      'preview logs version whoami about': 'cloud/inspect',
      stack: {
        act: 'cloud/change',
        alone: 'cloud/inspect',
        subcommands: acts({
          'ls list history graph tag': 'cloud/inspect',
          output: { act: 'cloud/inspect', options: { 'show-secrets': 'secrets/print' } },
          export: 'secrets/print',
          rm: 'cloud/destroy',
        }),
      },
      config: {
        act: 'cloud/change',
        alone: 'cloud/inspect',
        options: { 'show-secrets': 'secrets/print' },
        subcommands: { get: 'secrets/print' },
      },
      up: 'cloud/apply',
      destroy: 'cloud/destroy',
    }),
  },
  ...each('ansible ansible-playbook ansible-pull', {
    act: 'cloud/apply',
    takes:
      'i inventory e extra-vars l limit t tags u user M module-path vault-password-file c connection private-key',
    options: {
      'version help list-hosts list-tasks syntax-check': 'cloud/inspect',
      'i inventory M module-path playbook-dir': 'within',
    },
    handle: playbook,
  }),
  ...each('ansible-lint ansible-doc ansible-inventory', { act: 'cloud/inspect' }),
  ...each('aws gcloud gsutil az doctl linode-cli hcloud oci ibmcloud s3cmd mc rclone bq eksctl', {
    handle: verbs,
  }),
  ...each(
    'vercel netlify fly flyctl heroku railway wrangler firebase serverless sls sam cdk supabase amplify eb cf copilot-cli',
    {
      act: 'cloud/change',
      subcommands: acts({
        'list ls logs status whoami version info ps diff synth inspect help apps:info releases:info domains pipelines regions print package':
          'cloud/inspect',
        'apps releases addons': {
          act: 'cloud/change',
          alone: 'cloud/inspect',
          subcommands: { list: 'cloud/inspect' },
        },
        // On this machine, for nobody but the developer.
        'validate build dev types emulators:start serve start stop': {
          act: 'execute/serve',
          handle: localOnly,
        },
        'emulators:exec': {
          act: 'execute/serve',
          takes: 'only project P import export-on-exit config c',
          handle: emulated,
        },
        'destroy delete remove rm': 'cloud/destroy',
      }),
    },
  ),
  ...each('packer nomad consul', {
    act: 'cloud/change',
    subcommands: acts({ 'validate fmt version status members catalog inspect plan info': 'cloud/inspect' }),
  }),
  ...each('vagrant virsh VBoxManage multipass minikube kind k3d', {
    act: 'cloud/container-change',
    subcommands: acts({
      'status list version info get': 'cloud/inspect',
      'destroy delete': 'cloud/destroy',
      'cluster node registry kubeconfig profile addons': {
        act: 'cloud/container-change',
        subcommands: acts({ 'list get': 'cloud/inspect', 'delete destroy': 'cloud/destroy' }),
      },
    }),
  }),
  ...each('argocd flux istioctl linkerd', {
    act: 'cloud/change',
    subcommands: acts({
      'list get version check analyze stats tree': 'cloud/inspect',
      'app appset proj repo cluster': {
        act: 'cloud/change',
        subcommands: acts({
          'list get diff history resources manifests wait': 'cloud/inspect',
          delete: 'cloud/destroy',
        }),
      },
    }),
  }),
}
