"""What `holin serve` prints for people, in both languages."""

from __future__ import annotations

TEXTS_SERVE: dict[str, tuple[str, str]] = {
    "serve.opening": ("opening …", "正在打开……"),
    "serve.ready": ("Holin is open at {url}", "Holin 已在 {url} 打开"),
    "demo.no_proofs": (
        "no certificates, passports and catalogue were made: {why}",
        "未生成绿证、护照与目录：{why}",
    ),
    "demo.proofs": (
        "beside it: certificates {path}, {count} passports, a catalogue; all of them from a demo, synthetic",
        "同时生成：绿证账本 {path}、{count} 份产品护照、展品目录；均为演示合成数据",
    ),
    "demo.serve": ("to look at it in a browser: {holin} serve {path}", "在浏览器中查看：{holin} serve {path}"),
    "serve.stop": ("Ctrl-C stops it.", "按 Ctrl-C 停止。"),
    "serve.stopped": ("The server has stopped.", "服务已停止。"),
    "serve.plain": (
        "{host} is reached without encryption: passwords can be overheard. Put a reverse proxy with TLS before it and "
        "say its address with --url https://…",
        "{host} 未加密：密码可能被窃听。请在前面加带 TLS 的反向代理，并用 --url https://… 说明其地址。",
    ),
    "serve.nobody": (
        "{accounts} has no admin: nobody can let others in. `holin users add NAME --role admin` makes one.",
        "{accounts} 中没有管理员，无人能开通账号。请用 `holin users add NAME --role admin` 添加。",
    ),
    "serve.not_built": (
        "The page is not built, only the API answers; `make page` builds it.",
        "网页前端尚未构建，仅数据接口可用；`make page` 可构建。",
    ),
}
