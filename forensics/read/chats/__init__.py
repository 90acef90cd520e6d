"""Chats, mail and histories of code: each written by the clock of some computer."""

from __future__ import annotations

from forensics.read.chats import (
    discord,
    gitlog,
    gitobjects,
    mail,
    slack,
    telegram_html,
    telegram_json,
    whatsapp,
)
from forensics.read.options import Reader

READERS: tuple[Reader, ...] = (
    # binary, by their first bytes
    Reader(
        "git-pack",
        gitobjects.is_pack,
        gitobjects.open_pack,
        "pack of a git repository; commits only, author time with the offset of its device",
    ),
    Reader(
        "git-bundle",
        gitobjects.is_bundle,
        gitobjects.open_bundle,
        "what git bundle writes; commits only",
    ),
    Reader(
        "git-object",
        gitobjects.is_loose,
        gitobjects.open_loose,
        "a loose commit of a git repository; other loose objects are named and refused",
    ),
    # JSON, by keys that only these formats have; no file fits two of them
    Reader(
        "telegram-json",
        telegram_json.is_telegram_json,
        telegram_json.open_telegram_json,
        "Telegram Desktop result.json; date_unixtime is UTC, date alone is the exporter's clock",
    ),
    Reader(
        "discord-json",
        discord.is_exporter_json,
        discord.open_exporter_json,
        "DiscordChatExporter JSON; times of the platform, offset of the exporter",
    ),
    Reader(
        "slack",
        slack.is_slack,
        slack.open_slack,
        "Slack export, one array a channel and day; ts is UTC",
    ),
    Reader(
        "slack-users",
        slack.is_slack_users,
        slack.open_slack_users,
        "accounts of a Slack workspace: named with the zones they state, and refused",
    ),
    # marked-up and tabular text, by its first line
    Reader(
        "telegram-html",
        telegram_html.is_telegram_html,
        telegram_html.open_telegram_html,
        "Telegram Desktop messages.html; times in the exporter's zone",
    ),
    Reader(
        "discord-package",
        discord.is_package_csv,
        discord.open_package_csv,
        "messages.csv of Discord's data package; UTC where its ids prove it",
    ),
    Reader(
        "git-log",
        gitlog.is_git_log,
        gitlog.open_git_log,
        "output of git log; author time with the offset of the author's device",
    ),
    # an mbox begins with a line that is no header, so it is asked before single messages
    Reader(
        "mbox",
        mail.is_mbox,
        mail.open_mail,
        "mbox; Date is the author's device, with its offset",
    ),
    Reader(
        "eml",
        mail.is_eml,
        mail.open_mail,
        "one mail message; Date is the author's device, with its offset",
    ),
    # the loosest: any text whose first line begins with a date and a time in a known layout
    Reader(
        "whatsapp",
        whatsapp.is_whatsapp,
        whatsapp.open_whatsapp,
        "WhatsApp chat text; local time of the exporting phone, without offset",
    ),
)
"""In the order in which they are asked."""
