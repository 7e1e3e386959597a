"""消息：事件与人进来，短信、企业微信、钉钉、飞书、群机器人、邮件和铃铛里的话出去。 Events in, words to people out."""
