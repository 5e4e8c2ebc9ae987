"""Templates: wording that a provider must approve before it may open a conversation with it.

Outside its session window a channel such as WhatsApp takes no free text, only a template that was approved before. Here
is what the product and an adapter say to each other about them; the words themselves are data in `templates_whatsapp/`.
"""

from common.templates.approval import (
    Approval,
    Category,
    RemoteTemplate,
    TemplateNews,
    TemplateProvider,
    TemplateUse,
)

__all__ = ["Approval", "Category", "RemoteTemplate", "TemplateNews", "TemplateProvider", "TemplateUse"]
