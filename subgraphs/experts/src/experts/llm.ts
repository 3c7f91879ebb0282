import OpenAI from 'openai'
import pLimit from 'p-limit'

import { type Breaker, createBreaker } from '@lighthouse/chassis/breaker'
import { messageOf } from '@lighthouse/chassis/errors'
import { type Log, QUIET } from '@lighthouse/chassis/log'

import type { Question } from '../question.js'
import { toPlainText } from './escape.js'
import type { Expert, NoVerdict, Usage, Verdict } from './expert.js'
import { type Prompt, writePrompt } from './prompt.js'
import { redactText } from './redact.js'
import { createSpend, type Price, type Spend } from './spend.js'
import { readVerdict, VERDICT_SCHEMA } from './verdict.js'

export interface LlmOptions {
  /** Any server that speaks OpenAI's chat completions, for example https://api.openai.com/v1. */
  readonly baseURL: string
  readonly apiKey: string
  readonly model: string
  /** Longest single call; must leave the consultation time to answer (30 s in all). Default 25 s. */
  readonly timeoutMs?: number
  /** Calls at one time; further ones wait within their own budget. Default 8. */
  readonly maxConcurrent?: number
  /** An ALLOW below this confidence becomes ESCALATE. Default 0.9. */
  readonly minAllowConfidence?: number
  readonly maxTokensPerHour?: number
  readonly price?: Price
  /** Failures in a row that stop the asking for a while. */
  readonly breakerFailures?: number
  readonly breakerOpenMs?: number
  readonly log?: Log
}

/** A verdict of two sentences fits easily; models that think aloud need the room. */
const MAX_COMPLETION_TOKENS = 2_000
const DEFAULT_TOKENS_PER_HOUR = 2_000_000

/** A model as an expert. */
export interface LlmExpert extends Expert {
  /** Calls, tokens and cost since the process started. */
  spent(): ReturnType<Spend['counts']>
}

interface Parts {
  readonly client: OpenAI
  readonly breaker: Breaker
  readonly spend: Spend
  readonly model: string
  readonly minAllowConfidence: number
}

/** The answer arrived but is no verdict because of what the server did: counts against the breaker. */
class Unusable extends Error {
  readonly usage: Usage | undefined

  constructor(message: string, usage: Usage | undefined) {
    super(message)
    this.usage = usage
  }
}

/**
 * Asks a model over the OpenAI API. Calls are not retried, end with the signal they are given, and are counted in
 * tokens and money. Whatever goes wrong is NoVerdict.
 */
export function createLlm(options: LlmOptions): LlmExpert {
  const { baseURL, apiKey, model, timeoutMs = 25_000, maxConcurrent = 8, log = QUIET } = options
  const spend = createSpend({
    price: options.price ?? { promptUsd: 0, completionUsd: 0 },
    maxTokensPerHour: options.maxTokensPerHour ?? DEFAULT_TOKENS_PER_HOUR,
  })
  const breaker = createBreaker({
    name: `model ${model}`,
    timeoutMs,
    failures: options.breakerFailures ?? 5,
    halfOpenAfterMs: options.breakerOpenMs ?? 10_000,
    onChange: (state) => log.warn('the breaker of a model changed', { model, state }),
  })
  // `timeout` counts per attempt and retries multiply it: one attempt, ended by our own signal.
  const client = new OpenAI({ baseURL, apiKey, maxRetries: 0, timeout: timeoutMs, logLevel: 'off' })
  const parts: Parts = {
    client,
    breaker,
    spend,
    model,
    minAllowConfidence: options.minAllowConfidence ?? 0.9,
  }
  const limit = pLimit(maxConcurrent)
  return {
    id: `llm:${model}`,
    name: `Model ${model}`,
    kind: 'LLM',
    capabilities: ['*'],
    maxConcurrent,
    round: 1,
    offline: () => {
      if (breaker.state === 'open') return `model ${model} failed several times in a row`
      return spend.exhausted() ? `model ${model} has used this hour's tokens` : undefined
    },
    ask: (question, signal) =>
      limit(async () =>
        signal.aborted
          ? { none: 'its time was over before it was its turn' }
          : askOnce(parts, question, signal),
      ),
    spent: () => spend.counts(),
  }
}

async function askOnce(parts: Parts, question: Question, signal: AbortSignal): Promise<Verdict | NoVerdict> {
  const prompt = writePrompt(question)
  try {
    return await parts.breaker.run(async (over) => {
      try {
        return await call(parts, { question, prompt }, AbortSignal.any([signal, over]))
      } catch (error) {
        // A caller who leaves says nothing about the model's health.
        if (signal.aborted) return { none: 'the model did not answer in time' }
        throw error
      }
    })
  } catch (error) {
    const usage = error instanceof Unusable ? error.usage : undefined
    // Servers quote keys and requests in their errors.
    const why = toPlainText(redactText(messageOf(error)), 300)
    return { none: `the model gave no verdict: ${why}`, ...(usage && { usage }) }
  }
}

async function call(
  { client, spend, model, minAllowConfidence }: Parts,
  { question, prompt }: { question: Question; prompt: Prompt },
  signal: AbortSignal,
): Promise<Verdict | NoVerdict> {
  const completion = await client.chat.completions.create(
    {
      model,
      messages: [
        { role: 'system', content: prompt.system },
        { role: 'user', content: prompt.user },
      ],
      response_format: { type: 'json_schema', json_schema: VERDICT_SCHEMA },
      max_completion_tokens: MAX_COMPLETION_TOKENS,
    },
    { signal },
  )
  const usage = spend.add(
    tokens(completion.usage?.prompt_tokens),
    tokens(completion.usage?.completion_tokens),
  )
  const choice = completion.choices?.[0]
  if (!choice) throw new Unusable('it answered no choice', usage)
  if (choice.message.refusal) return { none: 'the model refused to judge', usage }
  if (choice.finish_reason !== 'stop')
    return { none: `the model stopped early (${choice.finish_reason})`, usage }
  const { riskLevel } = question
  const { truncated } = prompt
  const verdict = readVerdict(choice.message.content ?? '', { riskLevel, truncated, minAllowConfidence })
  if ('none' in verdict) throw new Unusable(verdict.none, usage)
  return { ...verdict, usage }
}

/** A server that counts nonsense must not break our counts. */
function tokens(count: unknown): number {
  return typeof count === 'number' && count >= 0 && count < 1e9 ? count : 0
}
