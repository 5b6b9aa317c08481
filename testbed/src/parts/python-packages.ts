import type { PythonPackage } from './python-package.ts'

export const pythonKafka: PythonPackage = {
  ...{ module: 'kafka', name: 'kafka-python', version: '3.0.12' },
  dependencies: [],
}

export const pythonOpenai: PythonPackage = {
  ...{ module: 'openai', name: 'openai', version: '3.57.0' },
  dependencies: [
    'annotated-types==0.8.0',
    'anyio==4.16.0',
    'h11==0.16.0',
    'httpcore2==2.16.2',
    'httpx2==2.16.2',
    'idna==3.20',
    'jiter==0.19.0',
    'pydantic==2.14.4',
    'pydantic-core==2.50.5',
    'sniffio==1.3.1',
    'truststore==0.10.5',
    'typing-extensions==4.16.0',
    'typing-inspection==0.4.5',
  ],
}
