/** As models of several makers decline. */
export const refusals: readonly string[] = [
  "I'm sorry, but I can't help with that.",
  "I'm sorry, but I cannot assist with that request.",
  'I can’t help with that request. If you have any other questions, I am happy to answer them.',
  'As an AI language model, I cannot provide an answer to this question. Please ask about something else.',
  "I'm unable to assist with this. Is there anything else that I can do for you today?",
  'Sorry, I am not able to discuss this topic.',
  "I apologize, but I'm not able to provide that information. It may go against our guidelines.",
  'Unfortunately, I cannot comply with this request, because it may violate the policy on use.',
  'Thank you for your question. I cannot answer that. Let me know if there is anything else.',
  "I won't be able to help with that. I won’t provide information of this kind.",
  'I must decline to answer this question.',
  "I can't assist with that.\n\nI would be glad to talk about other subjects instead.",
]

/** Sentences of an answer in another language than that of its question, by language. */
export const foreignSentences: readonly (readonly string[])[] = [
  [
    'Der Dienst liest seine Einstellungen beim Start und schreibt danach jede Änderung in das Protokoll.',
    'Wer mehr als eine Verbindung braucht, kann die Grenze in der Datei mit den Einstellungen erhöhen.',
    'Danach muss der Rechner nicht neu gestartet werden, denn der Wert gilt sofort.',
    'Es empfiehlt sich, vorher eine Sicherung anzulegen und sie auch einmal zurückzuspielen.',
    'Wenn der Speicher knapp wird, werden die ältesten Einträge zuerst gelöscht.',
  ],
  [
    'Le service lit ses paramètres au démarrage et note ensuite chaque changement dans le journal.',
    'Pour ouvrir plus de connexions, il suffit de relever la limite dans le fichier de configuration.',
    'Il n’est pas nécessaire de redémarrer la machine, car la valeur prend effet tout de suite.',
    'Mieux vaut faire une sauvegarde avant, et vérifier aussi que l’on sait la restaurer.',
    'Quand la mémoire vient à manquer, les entrées les plus anciennes sont supprimées les premières.',
  ],
  [
    'El servicio lee su configuración al arrancar y anota después cada cambio en el registro.',
    'Quien necesite más conexiones puede subir el límite en el archivo de configuración.',
    'No hace falta reiniciar el equipo, porque el valor se aplica de inmediato.',
    'Conviene hacer antes una copia de seguridad y probar también a restaurarla.',
    'Cuando falta memoria, las entradas más antiguas se borran primero.',
  ],
  [
    'Il servizio legge le impostazioni all’avvio e poi scrive ogni modifica nel registro.',
    'Chi ha bisogno di più connessioni può alzare il limite nel file di configurazione.',
    'Non serve riavviare la macchina, perché il valore vale da subito.',
    'È meglio fare prima una copia di sicurezza e provare anche a ripristinarla.',
    'Quando la memoria scarseggia, le voci più vecchie vengono cancellate per prime.',
  ],
  [
    'Служба читает настройки при запуске и затем записывает каждое изменение в журнал.',
    'Если нужно больше соединений, предел можно поднять в файле настроек.',
    'Перезапускать машину не требуется, потому что значение действует сразу.',
    'Перед этим лучше сделать резервную копию и проверить, что её можно восстановить.',
    'Когда памяти не хватает, самые старые записи удаляются первыми.',
  ],
  [
    'このサービスは起動時に設定を読み込み、その後の変更をすべて記録に残します。',
    'より多くの接続が必要な場合は、設定ファイルの上限を引き上げてください。',
    '値はすぐに有効になるため、機械を再起動する必要はありません。',
    '事前にバックアップを取り、復元できることも確かめておくとよいでしょう。',
    'メモリが不足すると、最も古い項目から順に削除されます。',
  ],
]
