/** Takes the mails of `bench -- notify`: an SMTP server, which over HTTP tells its port, how many mails it took, to how many
 *  different people, when the last one came (epoch ms), and what the first one says. */
import { startHttp, startSmtp } from '@akashic/testbed'

const recipients = new Set<string>()
let taken = 0
let lastMs = 0
const smtp = await startSmtp({
  refuse: (step, address) => {
    if (step === 'mail') {
      taken++
      lastMs = Date.now()
      recipients.add(address)
    }
    return undefined
  },
})
const http = await startHttp((_request, response) => {
  const [first] = taken === 1 ? smtp.mails() : []
  response.end(JSON.stringify({ smtpPort: smtp.port, taken, recipients: recipients.size, lastMs, first }))
})
console.log(http.port)
