import type { NoVerdict, Usage, Verdict } from './experts/expert.js'
import type { Vote } from './consultations.js'
import type { Question } from './question.js'
import type { Registry, Standing } from './registry.js'

/** One expert's answer to one question. */
export interface Reply {
  readonly expertId: string
  /** Undefined when the expert gave no verdict; `none` says why. */
  readonly vote: Vote | undefined
  readonly none: string | undefined
  readonly usage: Usage | undefined
  readonly ms: number
}

export interface GatherOptions {
  readonly question: Question
  readonly registry: Registry
  readonly quorum: number
  /** Aborts at the deadline, and when the caller left. */
  readonly signal: AbortSignal
  /** Called for every expert that is asked, before it is. */
  readonly onAsked: (expertId: string) => void
  /** Called for every reply, also for those after the deadline (`late`). */
  readonly onReply: (reply: Reply, late: boolean) => void
}

/**
 * The step `gather`: asks round after round until enough firm votes are in, one said BLOCK, every expert was asked, or
 * `signal` aborts; then returns at once with what is there. Experts of one round are asked together, and all of them
 * are waited for, since the strictest counts.
 */
export async function gather(
  rounds: readonly (readonly Standing[])[],
  options: GatherOptions,
): Promise<Reply[]> {
  const { signal, quorum } = options
  const replies: Reply[] = []
  const over = new Promise<void>((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
  for (const round of rounds) {
    if (signal.aborted || isEnough(replies, quorum)) break
    const asked = round.map(async ({ expert }) => {
      options.onAsked(expert.id)
      const reply = await askOne(expert, options)
      const late = signal.aborted
      if (!late) replies.push(reply)
      options.onReply(reply, late)
    })
    await Promise.race([Promise.all(asked), over])
  }
  // A copy: what comes later is late and must not change what was counted.
  return [...replies]
}

function isEnough(replies: readonly Reply[], quorum: number): boolean {
  const votes = replies.flatMap(({ vote }) => (vote?.firm ? [vote] : []))
  return votes.length >= quorum || votes.some((vote) => vote.decision === 'BLOCK')
}

async function askOne(expert: Standing['expert'], options: GatherOptions): Promise<Reply> {
  const turn = options.registry.begin(expert.id)
  const startedAt = performance.now()
  let said: Verdict | NoVerdict
  try {
    said = await expert.ask(options.question, options.signal)
  } catch (error) {
    said = { none: error instanceof Error ? error.message : String(error) }
  }
  const ms = performance.now() - startedAt
  const isVote = !('none' in said)
  turn.done(isVote ? 'answered' : 'failed')
  const { usage } = said
  if ('none' in said) return { expertId: expert.id, vote: undefined, none: said.none, usage, ms }
  const { decision, confidence, reasoning, firm } = said
  const vote = { expertId: expert.id, decision, confidence, reasoning, firm, ms }
  return { expertId: expert.id, vote, none: undefined, usage, ms }
}
