import type { Reading } from './reading.js'
import type { Token } from './tokens.js'
import { VOCABULARY } from './words.js'

const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/))

/** Functions that compute and print. None that calls others by what they are given. */
const CALLS = words(
  `print cat paste paste0 sprintf format formatC prettyNum nchar toupper tolower substr substring strsplit gsub sub grepl
grep regmatches regexpr gregexpr trimws startsWith endsWith rev sort order unique duplicated table cumsum cumprod sum prod
mean median var sd min max range quantile summary length nrow ncol NROW NCOL dim head tail str names colnames rownames
round floor ceiling signif sqrt exp log log2 log10 abs c vector list seq seq_len seq_along rep numeric character logical
integer matrix array data.frame as.numeric as.integer as.character as.logical as.Date as.factor factor levels nlevels cut
is.na is.null is.numeric is.character any all which which.max which.min ifelse cor rowSums colSums rowMeans colMeans cbind
rbind merge subset t diff choose factorial identical unlist setdiff union intersect rnorm runif sample set.seed
stopifnot message typeof object.size Sys.time Sys.Date date difftime strftime invisible suppressWarnings if for
while na.omit complete.cases colSums crossprod det solve R.Version tabulate rank scale packageVersion`,
)
const READERS = words('read.csv read.csv2 read.delim read.table readLines file.exists file.size file.info')

/** Arguments by which a function that prints writes to a file, or calls another. */
const NOT_NAMED = words('file con FUN fileEncoding pipe url connection')

/** Does a word or a sign of R do no more than compute, print, and read what it names? */
export function rFits(tokens: readonly Token[], i: number, { own, found }: Reading): boolean {
  const token = tokens[i]
  const text = (at: number): string => tokens[at]?.text ?? ''
  // `"system"("ls")` calls what the text names, `f(x)(y)` what f gives; a backslash makes a function.
  if (token?.kind === 'string') return text(i + 1) !== '('
  if (token?.kind === 'sign')
    return (
      !/^[\\@`?"']$/.test(token.text) &&
      !(/^[)\]}]$/.test(token.text) && text(i + 1) === '(' && !closesCondition(tokens, i))
    )
  if (token?.kind !== 'name') return true
  const { text: name } = token
  // r"(…)" is a text with rules of its own.
  if (tokens[i + 1]?.kind === 'string' && !/^(else|in|repeat)$/.test(name)) return false
  if (text(i - 1) === '$') return text(i + 1) !== '('
  if (text(i - 1) === ':' && text(i - 2) === ':') return false
  if (text(i + 1) === ':' && text(i + 2) === ':') return false
  // The name of an argument.
  if (text(i + 1) === '=' && text(i + 2) !== '=' && /^[(,]$/.test(text(i - 1))) return !NOT_NAMED.has(name)
  if (READERS.has(name)) return readsNamed(tokens.slice(i + 1, i + 4), found.reads)
  if (text(i + 1) === '(') return CALLS.has(name)
  return VOCABULARY.r.names.has(name) || own.has(name)
}

/** `if (x) (y)`: the bracket closes what is asked, and calls nothing. */
function closesCondition(tokens: readonly Token[], close: number): boolean {
  let depth = 0
  for (let at = close; at >= 0; at--) {
    const { text, kind } = tokens[at] ?? { text: '', kind: 'sign' }
    if (kind !== 'sign') continue
    if (text === ')') depth += 1
    if (text === '(' && --depth === 0) return /^(if|for|while)$/.test(tokens[at - 1]?.text ?? '')
  }
  return false
}

/** One literal that is a file's name and no address. */
function readsNamed([open, path, mark]: readonly Token[], reads: string[]): boolean {
  if (open?.text !== '(' || path?.kind !== 'string' || /[\\{}]|:\/\/|^(clipboard|X11_)/.test(path.text))
    return false
  if (!/^[,)]$/.test(mark?.text ?? '')) return false
  reads.push(path.text)
  return true
}
