import type { Log } from '@lighthouse/chassis/log'
import { QUIET } from '@lighthouse/chassis/log'
import { DECISIONS, RISK_LEVELS } from '@lighthouse/contract/decision'
import { verdictOf } from './evaluate.js'
import type { PolicyInput, Verdict } from './evaluate.js'
import type { Pack } from './pack.js'
import { CALLER, MUST } from './self-check.js'

export interface OpaServerOptions {
  /** `http://host:8181`, or the whole address of the document that is asked for. */
  readonly url: string
  /** The texts of the rules. */
  readonly pack: () => Pick<Pack, 'rules'>
  /** An answer that takes longer is none. Default 50 ms (P-058). */
  readonly timeoutMs?: number
  /** How often the server is asked which policy it has, and whether it may be trusted; 0 never. Default 1,000 ms. */
  readonly watchMs?: number
  readonly log?: Log
}

/** An OPA server that judges by the same Rego. */
export interface OpaServer extends AsyncDisposable {
  readonly url: string
  /** The revision of the server's bundles, as its last answer said. Part of every cache key. */
  readonly revision: string
  /** Why it is not trusted at the moment. */
  readonly failure: string | undefined
  /** Rejects when there is no answer, or what came is none: the caller must not take that for ALLOW. */
  ask(input: PolicyInput): Promise<Verdict>
  /** What `ask` would answer. Counts nothing here: neither its failures nor the revision it tells change what is decided. */
  consider(input: PolicyInput): Promise<Verdict>
}

const DOCUMENT = '/v1/data/guard/answer'
const TIMEOUT_MS = 50 // P-058
const WATCH_MS = 1_000
/** More than any answer of the guard has. */
const MAX_ANSWER_BYTES = 1_048_576
/** Questions that may be under way at once; beyond it there is no answer. */
const MAX_ASKING = 256
/** After this many failures in a row the server is left alone until the next look at it. */
const MAX_FAILURES = 5

/**
 * Connects to an OPA server by its data API (OPA docs, "REST API", "Get a Document (with Input)"). What it must answer,
 * whatever its lists say, is asked at once and again at every look: a server that would let through what no policy may
 * is not trusted. Until the first look has ended it is not either.
 */
export function openOpaServer(options: OpaServerOptions): OpaServer {
  const { pack, timeoutMs = TIMEOUT_MS, watchMs = WATCH_MS, log = QUIET } = options
  const address = addressOf(options.url)
  let revision = ''
  let failure: string | undefined = 'has not been asked yet'
  let asking = 0
  let failures = 0

  async function question(input: unknown, patienceMs: number) {
    if (asking >= MAX_ASKING) throw new Error(`more than ${MAX_ASKING} questions are under way`)
    asking += 1
    try {
      const answer = await request(address, input, patienceMs)
      return { verdict: checked(answer.result, pack()), revision: answer.revision }
    } finally {
      asking -= 1
    }
  }

  async function counted(input: unknown, patienceMs: number): Promise<Verdict> {
    try {
      const answer = await question(input, patienceMs)
      revision = answer.revision
      failures = 0
      return answer.verdict
    } catch (error) {
      failures += 1
      throw error
    }
  }

  async function trusted(): Promise<void> {
    if (failure === 'has not been asked yet') await looking
    if (failure !== undefined) throw new Error(failure)
    if (failures >= MAX_FAILURES) throw new Error(`failed ${failures} times in a row`)
  }

  async function look(): Promise<void> {
    let found: string | undefined
    try {
      for (const { effects, not, what } of MUST) {
        const { decision } = await counted({ ...CALLER, effects }, timeoutMs * 10)
        if (decision === not) throw new Error(`answers ${decision} to ${what}`)
      }
    } catch (error) {
      found = error instanceof Error ? error.message : String(error)
    }
    if (found !== failure) {
      if (found === undefined) log.info('the OPA server judges', { url: address, revision })
      else
        log.error('the OPA server is not trusted; what it would judge is escalated', {
          url: address,
          reason: found,
        })
    }
    failure = found
  }

  let looking = look()
  const again = (): void => void (looking = looking.then(look))
  const timer = watchMs > 0 ? setInterval(again, watchMs).unref() : undefined

  return {
    url: address,
    get revision() {
      return revision
    },
    get failure() {
      return failure
    },
    async ask(input) {
      await trusted()
      return await counted(input, timeoutMs)
    },
    async consider(input) {
      await trusted()
      return (await question(input, timeoutMs)).verdict
    },
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      await looking
    },
  }
}

/** Provenance tells the revisions of bundles, by which answers of different policies are told apart. */
function addressOf(text: string): string {
  const url = new URL(text)
  if (!/^https?:$/.test(url.protocol))
    throw new Error(`OPA_URL is ${JSON.stringify(text)}; it takes an http address`)
  if (url.pathname === '/' || url.pathname === '') url.pathname = DOCUMENT
  url.searchParams.set('provenance', 'true')
  return url.href
}

interface Answer {
  readonly result: unknown
  readonly revision: string
}

async function request(address: string, input: unknown, timeoutMs: number): Promise<Answer> {
  const response = await fetch(address, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ input }),
    redirect: 'error',
    signal: AbortSignal.timeout(timeoutMs),
  })
  const text = await bounded(response)
  if (!response.ok) throw new Error(`answered ${response.status}: ${text.slice(0, 200)}`)
  const body: unknown = JSON.parse(text)
  if (typeof body !== 'object' || body === null) throw new Error('answered no object')
  const { result, provenance } = body as Record<string, unknown>
  return { result, revision: provenance === undefined ? '' : JSON.stringify(provenance).slice(0, 1_000) }
}

async function bounded(response: Response): Promise<string> {
  const parts: Uint8Array[] = []
  let bytes = 0
  for await (const part of response.body ?? []) {
    const chunk = part as Uint8Array
    bytes += chunk.byteLength
    if (bytes > MAX_ANSWER_BYTES) throw new Error(`answered more than ${MAX_ANSWER_BYTES} bytes`)
    parts.push(chunk)
  }
  return Buffer.concat(parts).toString('utf8')
}

/** The answer came from outside: every part of it must be what it says, and agree with the others. */
function checked(result: unknown, pack: Pick<Pack, 'rules'>): Verdict {
  const rules =
    typeof result === 'object' && result !== null ? (result as { rules?: unknown }).rules : undefined
  if (!Array.isArray(rules) || !rules.every(isRule)) throw new Error('gave no rules with its answer')
  const verdict = verdictOf(result, pack)
  const { decision } = result as { decision: string }
  if (rules.some((rule) => rule.decision !== decision))
    throw new Error(`answered ${decision} for rules that say something else`)
  if (decision === 'ALLOW' && rules.length === 0) throw new Error('answered ALLOW by no rule')
  return verdict
}

function isRule(rule: unknown): rule is { id: string; decision: string; riskLevel: string; subject: string } {
  if (typeof rule !== 'object' || rule === null) return false
  const { id, decision, riskLevel, subject } = rule as Record<string, unknown>
  return (
    typeof id === 'string' &&
    typeof subject === 'string' &&
    DECISIONS.some((one) => one === decision) &&
    RISK_LEVELS.some((one) => one === riskLevel)
  )
}
