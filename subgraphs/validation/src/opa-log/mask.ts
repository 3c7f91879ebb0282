/** What stands in the place of a secret. OPA's documentation uses it in its examples of masks. */
export const REDACTED = '**REDACTED**'

/** Credentials that are told by their own form. */
const TOKENS =
  /\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_[A-Za-z0-9]{20,}\b|\bgithub_pat_\w{20,}|\bxox[abprs]-[\w-]{10,}|\bsk-(?:proj-|ant-)?[\w-]{16,}|\bAIza[\w-]{35}\b|\bglpat-[\w-]{10,}|\bnpm_[A-Za-z0-9]{20,}\b|\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g

/** Values that are told by the name before them: `X_TOKEN=…`, `--password …`, `-u name:…`, `Authorization: Bearer …`. */
const NAMED = [
  /((?:\b|_)(?:\w*(?:TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|API_?KEY|ACCESS_?KEY|PRIVATE_?KEY|CREDENTIALS?))["']?\s*[=:]\s*)("[^"]*"|'[^']*'|[^\s&;|"']+)/gi,
  /(--?(?:\w+-)*(?:token|secret|password|passwd|passphrase|api-?key|access-?key)(?:\s+|=))("[^"]*"|'[^']*'|[^\s&;|"']+)/gi,
  /(\b(?:Bearer|Basic|Token)\s+)([\w.~+/=-]{8,})/gi,
  /((?:^|\s)(?:-u|--user)[\s=]+["']?[^\s:"']+:)([^\s"']+)/g,
  /(\b[a-z][\w+.-]*:\/\/[^\s:/@]*:)([^\s/@]+)(?=@)/gi,
]

/** The text without its secrets. Linear in the text, which is a subject or a reason: bounded. */
export function masked(text: string): string {
  const without = text.replace(TOKENS, REDACTED)
  return NAMED.reduce(
    (left, named) => left.replace(named, (_all, before: string) => before + REDACTED),
    without,
  )
}

/** A key is many lines of which a shortened text may hold any: it is not masked but left out. */
export function holdsKey(text: string): boolean {
  return /-----BEGIN [A-Z ]*PRIVATE KEY/.test(text)
}
