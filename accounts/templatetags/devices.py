from django import template

from accounts.devices import name_device

register = template.Library()
register.filter("device", name_device)
