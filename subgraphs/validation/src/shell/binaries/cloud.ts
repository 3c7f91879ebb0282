import { hasOption, optionValues, readOptions } from '../options.js'
import type { Options } from '../options.js'
import { invoke } from '../invoke.js'
import { noteForeign } from '../project-work.js'
import { readFile } from '../redirect.js'
import { isKnown, join, TAINT } from '../value.js'
import type { Stream, Value } from '../value.js'
import { placeOfPath, printsUnknown, QUIET } from '../walk.js'
import { acts, each } from './each.js'
import type { Call, Spec, SpecTable } from './spec.js'

const RUN_TAKES =
  'v volume e env env-file p publish name network mount w workdir u user entrypoint l label h hostname add-host cap-add cap-drop device security-opt pid ipc userns m memory cpus platform restart gpus ulimit dns log-driver log-opt'

/** `docker run`: how far the container reaches out of itself. */
function dockerRun(call: Call): Stream {
  const options = readOptions(call.args, { takes: new Set(RUN_TAKES.split(' ')), stopAtOperand: true })
  const { findings } = call.walk
  const text = `${call.name} ${join(call.args).text}`
  const mounts = [...optionValues(options, 'v', 'volume'), ...optionValues(options, 'mount')].map(
    (value) => /(?:source|src)=([^,]+)/.exec(value.text)?.[1] ?? value.text.split(':')[0] ?? '',
  )
  const escapes =
    hasOption(options, 'privileged', 'cap-add', 'device', 'security-opt') ||
    optionValues(options, 'pid', 'ipc', 'userns', 'network', 'net', 'uts').some(
      (value) => value.text === 'host',
    ) ||
    mounts.some(
      (mount) =>
        mount === '/' ||
        /docker\.sock/.test(mount) ||
        ['root', 'system', 'home-root', 'device'].includes(
          placeOfPath({ text: mount, taint: 0, glob: false }, call.walk).zone,
        ),
    )
  const hostRoot = mounts.some((mount) => mount === '/' || mount === '/etc' || mount === '/root')
  findings.note(escapes ? 'privilege' : 'cloud', escapes ? 'container-escape' : 'container-run', text)
  if (hostRoot) findings.note('privilege', 'host-mount', text)
  const [, name, ...args] = options.operands
  if (name !== undefined && !/^[-/]?$/.test(name.text)) noteInside(name, args, call)
  return printsUnknown()
}

/** What runs in a container is judged as if it ran here: it is asked about in any case. */
function dockerExec(call: Call): Stream {
  const options = readOptions(call.args, {
    takes: new Set('e env w workdir u user detach-keys c container n namespace'.split(' ')),
    stopAtOperand: true,
  })
  const at = options.operands.findIndex((operand) => operand.text === '--')
  const rest = at === -1 ? options.operands.slice(1) : options.operands.slice(at + 1)
  const [name, ...args] = rest
  // Another cluster's container may be anybody's; one of this machine may be looked into.
  const looks =
    /^(docker|podman|nerdctl)/.test(call.name) &&
    LOOKS_INSIDE.has(name?.text ?? '') &&
    !hasOption(options, 'privileged')
  call.walk.findings.note(
    'cloud',
    looks ? 'inspect' : 'container-exec',
    `${call.name} ${join(call.args).text}`,
  )
  if (name !== undefined) noteInside(name, args, call)
  return printsUnknown()
}

/** What shows something of a container and changes nothing in it. */
const LOOKS_INSIDE = new Set(
  'ls pwd whoami id date uname df du ps wc stat test hostname uptime which head tail cat grep free nproc'.split(
    ' ',
  ),
)

function noteInside(name: Value, args: readonly Value[], call: Call): void {
  invoke(name, args, call.walk, call.stdin)
}

/** Whoever writes a kubeconfig says what runs to sign in; who asks in another's name has that one's rights. */
function cluster(call: Call): void {
  for (const [i, { text }] of call.args.entries()) {
    const config =
      /^--kubeconfig=(.*)$/.exec(text)?.[1] ?? (call.args[i - 1]?.text === '--kubeconfig' ? text : undefined)
    const zone =
      config === undefined ? 'project' : placeOfPath({ text: config, taint: 0, glob: false }, call.walk).zone
    if (!/^(project|home)$/.test(zone))
      call.walk.findings.note('execute', 'elsewhere', `${call.name} ${text}`)
    if (/^--(as|as-group|token|user)(=|$)/.test(text))
      call.walk.findings.note('privilege', 'escalate', `${call.name} ${text}`)
    if (/^\/api\S*\/secrets/.test(text)) call.walk.findings.note('secrets', 'print', `${call.name} ${text}`)
  }
}

/** Secrets that are printed are read. */
function kubectlGet(call: Call, options: Options): Stream {
  const secret = options.operands.some(({ text }) => /(^|,)secrets?(\/|,|$)/.test(text))
  const shown = secret && (optionValues(options, 'o', 'output').length > 0 || call.name.endsWith('describe'))
  const text = `${call.name} ${join(call.args).text}`
  call.walk.findings.note(shown ? 'secrets' : 'cloud', shown ? 'print' : 'inspect', text)
  return printsUnknown(secret ? TAINT.secret : TAINT.network)
}

function kubectlApply(call: Call, options: Options): Stream {
  const dry = call.args.some((arg) => /^--dry-run(=(client|server))?$/.test(arg.text))
  for (const file of optionValues(options, 'f', 'filename'))
    if (!/^https?:|^-$/.test(file.text)) readFile(file, call.walk)
  const text = `${call.name} ${join(call.args).text}`
  if (dry) call.walk.findings.note('cloud', 'inspect', text)
  else call.walk.findings.note('cloud', 'change', text, { targets: targetsOf(call) })
  return QUIET
}

function kubectlDelete(call: Call): Stream {
  const dry = call.args.some((arg) => /^--dry-run(=(client|server))?$/.test(arg.text))
  const text = `${call.name} ${join(call.args).text}`
  call.walk.findings.note('cloud', dry ? 'inspect' : 'destroy', text, dry ? {} : { targets: targetsOf(call) })
  return QUIET
}

/** A container's settings hold its variables, and with them its passwords. */
function dockerInspect(call: Call): Stream {
  const text = `${call.name} ${join(call.args).text}`
  const asks = call.args.some((arg) => /\.Env\b|Config\.?\}\}|json \.Config/.test(arg.text))
  call.walk.findings.note(asks ? 'secrets' : 'cloud', asks ? 'environment' : 'inspect', text)
  return printsUnknown(TAINT.secret)
}

/** A file of services from elsewhere is not the project's. */
function composeFiles(call: Call, options: Options): undefined {
  const files = optionValues(options, 'f', 'file', 'project-directory')
  const own = files.every((file) => {
    const { zone, dynamic, path } = placeOfPath(file, call.walk)
    return (
      zone.startsWith('project') &&
      !file.text.includes('://') &&
      !dynamic &&
      !call.walk.shared.downloaded.has(path) &&
      !call.walk.shared.written.has(path)
    )
  })
  if (!own) call.walk.findings.note('execute', 'elsewhere', `${call.name} ${join(files).text}`)
  return undefined
}

/** A build from a context that is not the project's runs what somebody else wrote. */
function dockerBuild(call: Call, options: Options): Stream {
  const text = `${call.name} ${join(call.args).text}`
  const [context] = options.operands
  const remote = /^(https?|git|ssh):|\.git(#|$)|^github\.com\//.test(context?.text ?? '')
  const host = optionValues(options, 'network').some((value) => value.text === 'host')
  if (hasOption(options, 'push')) call.walk.findings.note('cloud', 'publish', text)
  else if (hasOption(options, 'ssh') || optionValues(options, 'secret').length > 0)
    call.walk.findings.note('secrets', 'credentials', text)
  else if (hasOption(options, 'allow', 'privileged') || host)
    call.walk.findings.note('privilege', 'container-escape', text)
  else if (remote || (context?.text === '-' && ((call.stdin?.taint ?? 0) & TAINT.network) !== 0))
    call.walk.findings.note('execute', 'download', text)
  else {
    call.walk.findings.note('execute', 'build', text)
    noteForeign(text, call)
  }
  return QUIET
}

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
        /^(list|ls|describe|get|show|head|lookup|search|filter|tail|logs|status|wait|help|view|read|delete|rm|rb|remove|terminate|destroy|purge|drop|stop|create|update|put|cp|mv|sync|set|add|deploy|run|start|apply|modify|attach|detach|invoke|reboot|scale|restart|login|configure|ssh|auth|submit)/.test(
          operand,
        ),
    ) ??
    operands[0] ??
    ''
  const endpoint = call.args.some(({ text: arg }) =>
    /^--(endpoint-url|api-endpoint-overrides|endpoint)(=|$)/.test(arg),
  )
  if (endpoint && !/https?:\/\/(localhost|127\.0\.0\.1)[:/ ]/.test(`${text} `))
    findings.note('network', 'redirected', text)
  if (
    /configure get .*(secret|token|access_key)|auth (token|application-default print)|config get-value .*(token|secret)|account get-access-token|secretsmanager|get-secret-value|keyvault secret show|secrets? versions access|ssm get-parameter.*with-decryption|get-session-token|create-access-key|print-access-token|get-login-password|assume-role|get-federation-token|iam service-accounts keys|storage account keys|sas-token|generate-sas|decrypt\b|get-parameters?-by-path.*with-decryption|export-credentials/.test(
      text,
    )
  )
    findings.note('secrets', 'print', text)
  else if (
    /^(delete|rm|rb|remove|terminate|destroy|purge|drop)/.test(verb) ||
    (/\bsync\b/.test(verb) && hasDelete(call))
  )
    findings.note('cloud', 'destroy', text, { targets: targetsOf(call) })
  else if (
    /^(list|ls|describe|get|show|head|lookup|search|filter|tail|logs|status|wait|help|view|read)/.test(
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

/** The contexts, profiles, projects and namespaces that a call names: the policy knows which of them are production. */
function targetsOf({ args }: Pick<Call, 'args'>): string[] {
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

function hasDelete(call: Call): boolean {
  return call.args.some((arg) => arg.text === '--delete')
}

function noteUpload(call: Call, operands: readonly string[], text: string): void {
  let taint = call.stdin?.taint ?? 0
  for (const arg of call.args) {
    if (operands.indexOf(arg.text) < 2 || /:\/\//.test(arg.text) || !/[./]/.test(arg.text)) continue
    taint |= readFile(arg, call.walk).taint
  }
  call.walk.findings.note(
    (taint & TAINT.secret) !== 0 ? 'network' : 'cloud',
    (taint & TAINT.secret) !== 0 ? 'exfiltrate' : 'change',
    text,
  )
}

const BUILD: Spec = {
  takes:
    't tag f file build-arg target platform network secret ssh cache-from cache-to label o output progress iidfile add-host shm-size ulimit memory build-context builder',
  handle: dockerBuild,
}

const KUBE =
  'n namespace context kubeconfig cluster user s server token o output l selector field-selector f filename c container'

export const CLOUD: SpecTable = {
  ...each('docker podman nerdctl', {
    act: 'cloud/container-change',
    takes: 'H host c context l log-level config',
    options: { 'H host': 'cloud/remote-daemon' },
    subcommands: acts({
      inspect: { takes: 'f format type s', handle: dockerInspect },
      'ps images logs stats top port version info search events diff ls wait': 'cloud/inspect',
      history: { act: 'cloud/inspect', prints: TAINT.secret },
      run: { handle: dockerRun },
      create: { handle: dockerRun },
      exec: { handle: dockerExec },
      build: BUILD,
      buildx: {
        act: 'execute/build',
        subcommands: acts({
          'ls inspect du': 'cloud/inspect',
          build: BUILD,
          'rm prune': 'cloud/destroy',
        }),
      },
      'pull tag': 'cloud/container-change',
      push: 'cloud/publish',
      login: 'secrets/credentials',
      'rm rmi kill': 'cloud/container-remove',
      'stop start restart pause unpause rename update commit save load import export cp attach':
        'cloud/container-change',
      'system builder': {
        act: 'cloud/container-change',
        subcommands: acts({ 'df info events': 'cloud/inspect', prune: 'cloud/destroy' }),
      },
      'volume image container network context manifest node service stack swarm secret config plugin': {
        act: 'cloud/container-change',
        subcommands: acts({
          'ls list inspect logs ps show': 'cloud/inspect',
          'rm remove prune': 'cloud/destroy',
          run: { handle: dockerRun },
          exec: { handle: dockerExec },
        }),
      },
      compose: {
        act: 'cloud/container-change',
        takes: 'f file p project-name profile env-file project-directory ansi progress',
        handle: composeFiles,
        subcommands: acts({
          'ps logs images ls top version port events': 'cloud/inspect',
          config: { act: 'cloud/inspect', prints: TAINT.secret },
          build: 'execute/build',
          'up start restart stop pull create': 'cloud/compose',
          down: { act: 'cloud/compose', options: { 'v volumes rmi': 'cloud/destroy' } },
          rm: 'cloud/container-remove',
          'exec run': { handle: dockerExec },
        }),
      },
    }),
  }),
  'docker-compose': {
    act: 'cloud/container-change',
    takes: 'f file p project-name profile env-file project-directory H host c context',
    options: { 'H host c context': 'cloud/remote-daemon' },
    handle: composeFiles,
    subcommands: acts({
      'ps logs images ls top version port': 'cloud/inspect',
      config: { act: 'cloud/inspect', prints: TAINT.secret },
      build: 'execute/build',
      'up start restart stop pull': 'cloud/compose',
      down: { act: 'cloud/compose', options: { 'v volumes rmi': 'cloud/destroy' } },
      rm: 'cloud/container-remove',
      'exec run': { handle: dockerExec },
    }),
  },
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
      'delete drain evict': { takes: KUBE, handle: kubectlDelete },
      exec: { handle: dockerExec },
      debug: 'privilege/container-escape',
      cp: 'cloud/change',
      'port-forward proxy attach': 'network/tunnel',
    }),
  }),
  helm: {
    act: 'cloud/change',
    watch: cluster,
    subcommands: acts({
      'list ls status get history show search template lint version env dependency verify': {
        act: 'cloud/inspect',
        options: { 'post-renderer post-renderer-args': 'execute/option' },
      },
      'install upgrade rollback push': 'cloud/change',
      'uninstall delete': 'cloud/destroy',
      repo: { act: 'cloud/change', subcommands: { list: 'cloud/inspect', update: 'cloud/inspect' } },
    }),
  },
  ...each('kustomize kubeval kubeconform kubescape kube-linter', { act: 'cloud/inspect' }),
  ...each('terraform tofu terragrunt', {
    act: 'cloud/change',
    singleDash: true,
    subcommands: acts({
      'show output version fmt validate graph providers get metadata': 'cloud/inspect',
      // A plan reads the cloud and runs what data sources say, as the project's own.
      plan: { act: 'cloud/inspect', singleDash: true },
      console: 'execute/interactive',
      test: 'cloud/apply',
      login: 'secrets/credentials',
      init: 'packages/declared',
      apply: 'cloud/apply',
      destroy: 'cloud/destroy',
      import: 'cloud/change',
      'taint untaint refresh force-unlock': 'cloud/change',
      state: {
        act: 'cloud/change',
        subcommands: acts({
          'list show': 'cloud/inspect',
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
      'preview logs version whoami about stack': 'cloud/inspect',
      up: 'cloud/apply',
      destroy: 'cloud/destroy',
    }),
  },
  ...each('ansible ansible-playbook ansible-pull', {
    act: 'cloud/apply',
    options: { 'version help list-hosts list-tasks syntax-check': 'cloud/inspect' },
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
        'list ls logs status whoami version info ps diff synth inspect help': 'cloud/inspect',
        'destroy delete remove rm': 'cloud/destroy',
      }),
    },
  ),
  ...each('packer nomad consul', {
    act: 'cloud/change',
    subcommands: acts({ 'validate fmt version status': 'cloud/inspect' }),
  }),
  ...each('vagrant virsh VBoxManage multipass minikube kind k3d', {
    act: 'cloud/container-change',
    subcommands: acts({ 'status list version info get': 'cloud/inspect', 'destroy delete': 'cloud/destroy' }),
  }),
  ...each('argocd flux istioctl linkerd', {
    act: 'cloud/change',
    subcommands: acts({ 'list get version check analyze': 'cloud/inspect' }),
  }),
}
