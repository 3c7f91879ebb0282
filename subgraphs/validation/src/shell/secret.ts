/**
 * Files that hold credentials, by their usual names. The policy has its own lists in data.json for what it refuses;
 * this one only lets the taint of a credential follow its text through pipes, so that sending it away is seen.
 */
const SECRET_NAMES =
  /^(\.env(\.(?!example|sample|template|dist|test$)[\w.-]+)?|id_(rsa|dsa|ecdsa|ed25519)|[._]netrc|\.pgpass|\.git-credentials|credentials(\.json|\.db)?|\.npmrc|\.pypirc|\.htpasswd|g?shadow|opasswd|master\.(key|passwd)|sudoers|secrets?\.(ya?ml|json|toml|env)|[\w.-]+\.(pem|p12|pfx|jks|keystore|kdbx|key|ppk|ovpn)|\.vault-token|\.dockercfg|kubeconfig|[\w.-]+\.(kubeconfig|keytab)|debian\.cnf|(chap|pap)-secrets|krb5\.keytab|sasl_passwd|ipsec\.secrets|k3s\.yaml|wpa_supplicant\.conf|\.mylogin\.cnf|local\.settings\.json|\.dev\.vars|\.?(ansible_)?vault_pass(word)?(\.txt)?|(key|keystore)\.properties|passwords?\.txt|\.databrickscfg|\.sentryclirc|\.clasprc\.json|shadow[~-]|application_default_credentials\.json|service-account\.json|\.(bash|zsh|python|mysql|psql|sqlite|rediscli|node_repl|irb|php|scala|mongo|lua)_history|fish_history|\.irb-history|Login Data|Cookies|Local State|cookies\.sqlite|key4\.db|logins\.json|wallet\.dat|terraform\.tf(state|vars)|\.boto|\.s3cfg|rclone\.conf|\.my\.cnf|\.envrc)$/
const SECRET_DIRECTORIES =
  /(?:^|[/=@<~,:])(\.ssh|\.aws|\.gnupg|\.kube|\.azure|\.docker|\.config\/(gcloud|gh|google-chrome|chromium|BraveSoftware)|\.mozilla|\.thunderbird|\.password-store|Keychains|keyrings|sudoers\.d|wireguard|system-connections|openvpn|\.secrets|\.terraform\.d|\.electrum|\.bitcoin)(\/|$)|^(\/var)?\/run\/secrets\//

/** What stands behind the last slash, and behind what may come before a path: `name=`, `@`, `<`. */
function lastName(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1)
  const at = Math.max(
    name.lastIndexOf('='),
    name.lastIndexOf('@'),
    name.lastIndexOf('<'),
    name.lastIndexOf(':'),
  )
  return at === -1 ? name : name.slice(at + 1)
}

export function isSecretPath(path: string): boolean {
  if (path.endsWith('.pub')) return false
  return (
    SECRET_NAMES.test(lastName(path)) ||
    SECRET_DIRECTORIES.test(path) ||
    (path.startsWith('/proc/') &&
      /^\/proc\/(?!self\/fd)[^/]+\/((task\/[^/]+\/)?(environ|mem|auxv|fd|root|cwd|map_files|syscall)(\/|$))/.test(
        path,
      ))
  )
}

const COMMON = [
  '.env',
  '.env.local',
  '.netrc',
  '.npmrc',
  '.pgpass',
  '.git-credentials',
  '.ssh',
  '.aws',
  'id_rsa',
  'id_ed25519',
  'shadow',
  'credentials',
]

/** Could a path with globs be the usual name of a credential? `*` alone is not held against it. */
export function mayMatchSecret(segments: readonly string[]): boolean {
  return segments.some((segment) => {
    if (!/[*?[]/.test(segment) || segment.length > 64 || !/[\w.]/.test(segment.replace(/\[[^\]]*\]/g, '')))
      return false
    const pattern = segment
      .replace(/[.+^${}()|\\]/g, '\\$&')
      .replace(/\[!?([^\]]*)\]/g, '.')
      .replace(/\*+/g, '.*')
      .replace(/\?/g, '.')
    const expression = new RegExp(`^${pattern.replace(/[[\]]/g, '.')}$`)
    return COMMON.some((name) => expression.test(name))
  })
}

/**
 * `PASS` and `KEY` by themselves are what a shell's variable is called, `.pass` and `.key` what any record has; behind
 * a word they are a credential's in both.
 */
const SECRET_VARIABLE =
  /TOKEN|SECRET|CREDENTIAL|PRIVATE|PASSW|PASSPHRASE|PASSCODE|(?<=\w)(?<!BY|COM)PASS(?![A-Z])|(API|ACCESS|SSH|DEPLOY|ENCRYPTION|SIGNING|MASTER)_?KEY|_KEY(?![A-Z])|(DATABASE|REDIS|MONGO(DB)?|POSTGRES(QL)?|AMQP|DB)_UR[IL]$|_DSN$/i
const ALONE = /^(PASS|KEYS?)$/

/** True for the name that a credential goes by, as a variable of the environment or as a member of what holds some. */
export function isSecretVariable(name: string): boolean {
  return SECRET_VARIABLE.test(name) || ALONE.test(name)
}

/** True for a program that says the name of one. */
export function namesSecret(program: string): boolean {
  return (program.match(/\w+/g) ?? []).some(isSecretVariable)
}

const SECRET_TEXT =
  /-----BEGIN (RSA |EC |OPENSSH |DSA |PGP )?PRIVATE KEY|\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_[A-Za-z0-9]{36,}\b|\bgithub_pat_\w{60,}|\bxox[abprs]-[\w-]{20,}|\bsk-(?:proj-|ant-)?[\w-]{32,}|\bAIza[\w-]{35}\b|\bglpat-[\w-]{20,}|\bnpm_[A-Za-z0-9]{36}\b/

/** Does a text hold something in the form of a credential? Read up to 1 MB of it. */
export function looksSecret(text: string): boolean {
  return SECRET_TEXT.test(text.length > 1_048_576 ? text.slice(0, 1_048_576) : text)
}
