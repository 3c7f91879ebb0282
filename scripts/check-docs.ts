import { CHECKS, generated } from './docs/checks.js'
import { renderPages } from './docs/pages.js'
import { openRepository } from './docs/repository.js'

/** The `docs` step of `npm run check`: one line for each thing that the documents and the code disagree about. */
const repository = openRepository()
const checks = [...CHECKS, generated(renderPages(repository))]
const problems = checks.flatMap((check) => check(repository))
for (const problem of problems) console.error(problem)
if (problems.length > 0) process.exitCode = 1
