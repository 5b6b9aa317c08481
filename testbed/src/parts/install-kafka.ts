import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { kafkaFolder, kafkaVersion } from './kafka-folder.ts'
import { runProgram } from './run-program.ts'

const project = `<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>akashic</groupId>
  <artifactId>testbed-kafka</artifactId>
  <version>1</version>
  <dependencies>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>${kafkaVersion}</version></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-simple</artifactId><version>1.7.36</version></dependency>
  </dependencies>
</project>
`

/** Brings Kafka's jars by Maven; the folder appears only once all have come. */
export async function installKafka(): Promise<void> {
  const folder = kafkaFolder()
  await mkdir(dirname(folder), { recursive: true })
  const partial = await mkdtemp(`${folder}.partial-`)
  try {
    await writeFile(join(partial, 'pom.xml'), project)
    await runProgram('mvn', ['-B', '-q', 'dependency:copy-dependencies', '-DoutputDirectory=lib'], partial)
    await rename(partial, folder)
  } finally {
    await rm(partial, { recursive: true, force: true })
  }
}
