export interface PullProblem {
  readonly kind:
    | 'not_found'
    | 'invalid_name'
    | 'never_pulled'
    | 'unauthorized'
    | 'not_found_or_private'
    | 'unreachable'
    | 'rate_limited'
    | 'unknown'
  /** Half a sentence. */
  readonly says: string
}

/** In the order in which they are looked for: registries answer `unauthorized` and `not found` in one breath, and some
 *  answer the same of a name that does not exist as of one that is private. Source: Docker Hub, Artifact Registry. */
const wordings: readonly (readonly [PullProblem['kind'], RegExp, string])[] = [
  [
    'rate_limited',
    /toomanyrequests|too many requests|\b429\b|rate limit/i,
    'the registry limits how often it may be asked',
  ],
  ['unauthorized', /no basic auth credentials|authentication required/i, 'the registry refuses us'],
  [
    'not_found_or_private',
    /repository does not exist or may require|insufficient_scope|or it may not exist|requested access to the resource is denied/i,
    'the registry has no such name, or keeps it private',
  ],
  ['unauthorized', /unauthorized|\b40[13]\b|denied|authorization failed/i, 'the registry refuses us'],
  [
    'not_found',
    /not found|manifest unknown|name unknown|no such image|does not exist/i,
    'the registry has no such image',
  ],
  [
    'unreachable',
    /dial tcp|i\/o timeout|no such host|connection refused|connection reset|TLS handshake|deadline exceeded|temporary failure|\bEOF\b|network is unreachable|x509/i,
    'the registry cannot be reached',
  ],
]

/** Why an image was not pulled, by the kubelet's reason and by what the runtime said. Source of the wordings: containerd.
 *  @param texts the newest first: what was the matter before may be so no more. */
export function classifyPull(reason: string, texts: readonly string[], image: string): PullProblem {
  if (reason === 'InvalidImageName') return { kind: 'invalid_name', says: 'this is no valid name of an image' }
  if (reason === 'ErrImageNeverPull') {
    return { kind: 'never_pulled', says: 'the node does not have it, and the pull policy forbids to fetch it' }
  }
  for (const text of texts) {
    const said = withoutNames(text, image)
    for (const [kind, wording, says] of wordings) if (wording.test(said)) return { kind, says }
  }
  return { kind: 'unknown', says: 'the runtime does not say why' }
}

/** A tag may be a number that means something as a status of HTTP. */
const withoutNames = (text: string, image: string): string =>
  (image === '' ? text : text.replaceAll(image, '')).replace(/https?:\/\/[^\s"]+/g, '')
