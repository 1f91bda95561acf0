data "scpbilling_prices" "virtual_server" {
  billing_item_id = "VIRTUAL_SERVER"
}

output "prices" {
  description = "Unit prices with what each is for, as the price list has them."
  value = [
    for price in data.scpbilling_prices.virtual_server.prices : {
      offering    = price.offering
      for         = jsondecode(price.attributes)
      unit        = price.price_unit
      currency    = price.currency_code
      unit_prices = price.prices[*].unit_price
    }
  ]
}
