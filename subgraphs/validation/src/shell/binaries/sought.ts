/** Words that somebody looks for who wants credentials. */
export const SOUGHT =
  /passw(or)?d|secret|api[_-]?key|token|credential|private[_ -]?key|BEGIN .*PRIVATE|AKIA|aws_/i

/** What credentials themselves look like: nobody's code is searched for these. */
export const FORMS = /BEGIN[^|]*PRIVATE|AKIA|gh[ps]_|xox[bp]|AIza|glpat-|sk-(ant|proj|live)|sk_live/
