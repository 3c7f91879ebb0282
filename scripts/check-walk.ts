import { STOP_FILES, STOPS } from '@lighthouse/contract/stops'
import { openRepository } from './docs/repository.js'
import { checkWalk, wiresOf } from './docs/walk.js'

/** The `walk` step of `npm run check`. With --print, where each stop is wired. */
const repository = openRepository()
if (process.argv.includes('--print'))
  for (const stop of STOPS)
    console.log(
      `${stop.padEnd(12)} ${STOP_FILES[stop].padEnd(44)} ← ${wiresOf(repository, STOP_FILES[stop]).join(', ')}`,
    )
const problems = checkWalk(repository, { stops: STOPS, files: STOP_FILES })
for (const problem of problems) console.error(problem)
if (problems.length > 0) process.exitCode = 1
