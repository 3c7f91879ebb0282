import { useEffect, useState, useSyncExternalStore } from 'react'
import { DecisionFeed, DecisionsTable } from '../../graph/documents.js'
import { type Answer, useAnswer } from '../../graph/use-answer.js'
import type { DecisionsTableData } from '../../graph/generated/results.js'
import { useStream } from '../../live/use-stream.js'
import { useConsole } from '../../ui/console-context.js'
import { createDecisionBuffer, type DecisionRow, MAX_DECISIONS } from './decision-buffer.js'

export interface Decisions {
  readonly rows: readonly DecisionRow[]
  readonly answer: Answer<DecisionsTableData>
}

/** The newest decisions: what was decided before, and each one as it is made, while live data is not paused. */
export function useDecisions(): Decisions {
  const { live } = useConsole()
  const [buffer] = useState(createDecisionBuffer)
  const { phase } = useSyncExternalStore(live.connection.subscribe, live.connection.read)
  const paused = phase === 'paused'
  const answer = useAnswer(DecisionsTable, { last: MAX_DECISIONS }, { enabled: !paused })
  const past = answer.data?.decisions
  useEffect(() => {
    if (past !== undefined) buffer.add(past)
  }, [past, buffer])
  useStream(
    DecisionFeed,
    {},
    {
      enabled: !paused,
      onData: ({ decisionStream }) => buffer.add([decisionStream]),
      // The stream has no memory: what was decided while it was closed is asked for.
      onOpen: answer.refresh,
    },
  )
  return { rows: useSyncExternalStore(buffer.subscribe, buffer.rows), answer }
}
