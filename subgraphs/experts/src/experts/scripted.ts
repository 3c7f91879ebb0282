import { readFileSync } from 'node:fs'

import { RISK_LEVELS, strictest } from '@lighthouse/contract/decision'

import type { Question } from '../question.js'
import type { Expert, Verdict } from './expert.js'
import { patternOf, readScript, type Script, type ScriptRule } from './script.js'

/** Longer texts are matched up to here; an ALLOW rule never matches them. */
const MAX_MATCHED_CHARS = 16_384
const MAX_TEXTS = 200
const SHIPPED = new URL('../../script/default.json', import.meta.url)

/** Reads a script file, the one that ships with the product by default. Throws when it is refused. */
export function loadScript(file: string | URL = SHIPPED): Script {
  return readScript(JSON.parse(readFileSync(file, 'utf8')))
}

/**
 * An expert that follows a script: the strictest rule that matches answers; when none does, `otherwise` is its answer
 * and is not firm, so that other experts are heard first. It is always there and answers at once.
 */
export function createScripted(script: Script): Expert {
  const rules = script.rules.map((rule) => ({ rule, pattern: patternOf(rule) }))
  return {
    id: 'scripted',
    name: 'Script',
    kind: 'SCRIPTED',
    capabilities: ['*'],
    maxConcurrent: 100,
    round: 0,
    offline: () => undefined,
    ask: async (question) => {
      let best: ScriptRule | undefined
      for (const { rule, pattern } of rules) {
        if (!applies(rule, pattern, question)) continue
        if (!best || strictest(best.decision, rule.decision) !== best.decision) best = rule
      }
      return best ? verdictOf(best) : { ...script.otherwise, confidence: 0.5, firm: false }
    },
  }
}

function verdictOf(rule: ScriptRule): Verdict {
  const { decision, confidence = 0.95 } = rule
  return { decision, confidence, reasoning: `${rule.reasoning} (script rule ${rule.id})`, firm: true }
}

function applies(rule: ScriptRule, pattern: RegExp, question: Question): boolean {
  if (rule.tools && !rule.tools.includes(question.toolName)) return false
  if (rule.decision !== 'ALLOW') {
    return textsOf(question.toolInput, rule.field).some((text) =>
      pattern.test(text.slice(0, MAX_MATCHED_CHARS)),
    )
  }
  const highest = RISK_LEVELS.indexOf(rule.maxRisk ?? 'MEDIUM')
  if (RISK_LEVELS.indexOf(question.riskLevel) > highest) return false
  const texts = textsOf(question.toolInput, rule.field)
  return texts.length === 1 && texts.every((text) => text.length <= MAX_MATCHED_CHARS && pattern.test(text))
}

/** The texts of one field, or of the whole input; at most 200. */
function textsOf(input: unknown, field: string | undefined): string[] {
  if (field === undefined) return allTexts(input)
  if (typeof input !== 'object' || input === null || !Object.hasOwn(input, field)) return []
  return allTexts((input as Record<string, unknown>)[field])
}

function allTexts(value: unknown): string[] {
  const texts: string[] = []
  const left: unknown[] = [value]
  while (left.length > 0 && texts.length < MAX_TEXTS) {
    const next = left.pop()
    if (typeof next === 'string') texts.push(next)
    else if (typeof next === 'object' && next !== null) left.push(...Object.values(next).slice(0, MAX_TEXTS))
  }
  return texts
}
